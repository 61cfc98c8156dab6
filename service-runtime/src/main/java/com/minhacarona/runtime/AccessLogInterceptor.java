package com.minhacarona.runtime;

import com.google.inject.Inject;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
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

/** Writes one line a call, however it ended. */
final class AccessLogInterceptor implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger("access");

  private final LongSupplier nanoTime;

  @Inject
  AccessLogInterceptor() {
    this(System::nanoTime);
  }

  AccessLogInterceptor(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Line line =
        new Line(
            call.getMethodDescriptor().getFullMethodName(),
            String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)),
            TraceId.current(),
            nanoTime.getAsLong());
    ServerCall.Listener<ReqT> listener =
        next.startCall(
            new SimpleForwardingServerCall<>(call) {
              @Override
              public void close(Status status, Metadata trailers) {
                line.closed(status, trailers);
                super.close(status, trailers);
              }
            },
            headers);
    // A call ends by exactly one of these two; close() is not called when the client cancels.
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onComplete() {
        line.write();
        super.onComplete();
      }

      @Override
      public void onCancel() {
        line.closed(Status.CANCELLED, new Metadata());
        line.write();
        super.onCancel();
      }
    };
  }

  private final class Line {
    private final String method;
    private final String peer;
    private final String traceId;
    private final long startNanos;
    private volatile Status status = Status.UNKNOWN;
    private volatile String reason = "-";

    Line(String method, String peer, String traceId, long startNanos) {
      this.method = method;
      this.peer = peer;
      this.traceId = traceId;
      this.startNanos = startNanos;
    }

    void closed(Status status, Metadata trailers) {
      this.status = status;
      this.reason = Errors.reason(status, trailers).orElse("-");
    }

    void write() {
      LOG.info(
          "{} {} reason={} duration_us={} peer={} trace_id={}",
          method,
          status.getCode(),
          reason,
          Duration.ofNanos(nanoTime.getAsLong() - startNanos).toNanos() / 1_000,
          peer,
          traceId);
    }
  }
}
