package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.CallRecord;
import com.minhacarona.runtime.call.TraceId;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** Gives each call the id that finds it in logs and traces, and a record of its own. */
final class TraceIdInterceptor implements ServerInterceptor {
  private final TraceId traceId;

  @Inject
  TraceIdInterceptor(Clock clock, RandomGenerator random) {
    this.traceId = new TraceId(clock, random);
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Context context = new CallRecord().attach(traceId.attach(Context.current(), headers));
    return Contexts.interceptCall(context, call, headers, next);
  }
}
