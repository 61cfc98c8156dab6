package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.ErrorTranslation;
import com.minhacarona.runtime.call.Errors;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns whatever a service throws, or passes to {@code onError}, into an error of {@link Errors}.
 */
final class ErrorInterceptor implements ServerInterceptor {
  @Inject
  ErrorInterceptor() {}

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    TranslatingCall<ReqT, RespT> translating = new TranslatingCall<>(call);
    ServerCall.Listener<ReqT> listener = new ServerCall.Listener<>() {};
    try {
      listener = next.startCall(translating, headers);
    } catch (Throwable t) {
      translating.fail(t);
    }
    return new GuardedListener<>(listener, translating);
  }

  private static final class TranslatingCall<ReqT, RespT>
      extends SimpleForwardingServerCall<ReqT, RespT> {
    private final AtomicBoolean closed = new AtomicBoolean();

    TranslatingCall(ServerCall<ReqT, RespT> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      // onError turns an exception that is no status into UNKNOWN, with the exception as cause.
      boolean surprise = status.getCode() == Status.Code.UNKNOWN && status.getCause() != null;
      if (surprise) {
        fail(status.getCause());
      } else {
        closeOnce(status, trailers);
      }
    }

    void fail(Throwable thrown) {
      StatusRuntimeException error = ErrorTranslation.of(thrown);
      Metadata trailers = error.getTrailers();
      closeOnce(error.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    boolean isClosed() {
      return closed.get();
    }

    private void closeOnce(Status status, Metadata trailers) {
      if (closed.compareAndSet(false, true)) {
        // gRPC adds to the trailers, and calls that end at the same time may share one error.
        Metadata own = new Metadata();
        own.merge(trailers);
        super.close(status, own);
      }
    }
  }

  /** Passes nothing more to the service after an error, except the end of the call. */
  private static final class GuardedListener<ReqT> extends ServerCall.Listener<ReqT> {
    private final ServerCall.Listener<ReqT> delegate;
    private final TranslatingCall<ReqT, ?> call;

    GuardedListener(ServerCall.Listener<ReqT> delegate, TranslatingCall<ReqT, ?> call) {
      this.delegate = delegate;
      this.call = call;
    }

    @Override
    public void onMessage(ReqT message) {
      guarded(() -> delegate.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guarded(delegate::onHalfClose);
    }

    @Override
    public void onReady() {
      guarded(delegate::onReady);
    }

    @Override
    public void onComplete() {
      delegate.onComplete();
    }

    @Override
    public void onCancel() {
      delegate.onCancel();
    }

    private void guarded(Runnable callback) {
      if (call.isClosed()) {
        return;
      }
      try {
        callback.run();
      } catch (Throwable t) {
        call.fail(t);
      }
    }
  }
}
