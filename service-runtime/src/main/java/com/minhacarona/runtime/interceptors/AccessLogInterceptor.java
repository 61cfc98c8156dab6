package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.CallRecord;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.FailureLines;
import com.minhacarona.runtime.call.TraceId;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line for each call when it ends, in whatever way it ends. Past a number of calls in a
 * second that failed, their lines are left out, and one line says how many. A line holds nothing of
 * the call's metadata but ids, of which all but those of services are at most 64 characters long.
 * Thread-safe.
 */
final class AccessLogInterceptor implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger("access");

  private final LongSupplier nanoTime;
  private final FailureLines failures;

  @Inject
  AccessLogInterceptor() {
    this(System::nanoTime);
  }

  AccessLogInterceptor(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.failures = new FailureLines(nanoTime);
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    String traceId = TraceId.current();
    CallRecord known = CallRecord.current();
    long start = nanoTime.getAsLong();
    return CallEnd.observe(
        call,
        headers,
        next,
        (status, trailers) -> {
          failures.leftOut().forEach(AccessLogInterceptor::leftOut);
          if (!failures.tryAcquire(status.getCode())) {
            return;
          }
          LOG.atInfo()
              .addKeyValue("method", call.getMethodDescriptor().getFullMethodName())
              .addKeyValue("status", status.getCode())
              .addKeyValue("reason", Errors.reason(status, trailers).orElse("-"))
              .addKeyValue(
                  "duration_us", Duration.ofNanos(nanoTime.getAsLong() - start).toNanos() / 1_000)
              .addKeyValue("peer", call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
              .addKeyValue("caller", known.caller())
              .addKeyValue("tenant", known.tenant().orElse("-"))
              .addKeyValue("request_id", known.requestId())
              .addKeyValue("trace_id", traceId)
              .log("call");
        });
  }

  private static void leftOut(Status.Code code, int lines) {
    LOG.atInfo().addKeyValue("status", code).addKeyValue("left_out", lines).log("calls left out");
  }
}
