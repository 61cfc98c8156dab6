package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Counts and logs calls. One wrapper tells both of the end, because a wrapper costs more. */
final class ObservingInterceptor implements ServerInterceptor {
  private final CallMetrics metrics;
  private final AccessLog accessLog;

  @Inject
  ObservingInterceptor(CallMetrics metrics, AccessLog accessLog) {
    this.metrics = metrics;
    this.accessLog = accessLog;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    CallEnd counted = metrics.begun(call);
    CallEnd logged = accessLog.begun(call);
    return CallEnd.observe(
        call,
        headers,
        next,
        (status, trailers) -> {
          try {
            counted.ended(status, trailers);
          } finally {
            logged.ended(status, trailers);
          }
        });
  }
}
