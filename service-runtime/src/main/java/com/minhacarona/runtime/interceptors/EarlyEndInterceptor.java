package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * Answers a call that ends by {@link EarlyEnd}. To the service it is as if the client had
 * cancelled: what it still sends is dropped.
 */
final class EarlyEndInterceptor implements ServerInterceptor {

  @Inject
  EarlyEndInterceptor() {}

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Optional<EarlyEnd> earlyEnd = EarlyEnd.current();
    if (earlyEnd.isEmpty()) {
      return next.startCall(call, headers);
    }
    EndableCall<ReqT, RespT> endable = new EndableCall<>(call);
    earlyEnd.get().onEnd(endable::end);
    return endable.isEnded()
        ? new ServerCall.Listener<>() {}
        : new EndableListener<>(next.startCall(endable, headers), endable);
  }

  /** A call that another thread may end while the service answers it. */
  private static final class EndableCall<ReqT, RespT>
      extends SimpleForwardingServerCall<ReqT, RespT> {
    private boolean ended;
    private boolean closed;

    EndableCall(ServerCall<ReqT, RespT> call) {
      super(call);
    }

    synchronized void end(StatusRuntimeException error) {
      if (!closed) {
        ended = true;
        Metadata trailers = new Metadata();
        trailers.merge(error.getTrailers());
        super.close(error.getStatus(), trailers);
      }
    }

    synchronized boolean isEnded() {
      return ended;
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!ended) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(RespT message) {
      if (!ended) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!ended) {
        closed = true;
        super.close(status, trailers);
      }
    }

    @Override
    public boolean isCancelled() {
      return isEnded() || super.isCancelled();
    }

    @Override
    public boolean isReady() {
      return !isEnded() && super.isReady();
    }
  }

  private static final class EndableListener<ReqT> extends ServerCall.Listener<ReqT> {
    private final ServerCall.Listener<ReqT> delegate;
    private final EndableCall<ReqT, ?> call;

    EndableListener(ServerCall.Listener<ReqT> delegate, EndableCall<ReqT, ?> call) {
      this.delegate = delegate;
      this.call = call;
    }

    @Override
    public void onMessage(ReqT message) {
      if (!call.isEnded()) {
        delegate.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!call.isEnded()) {
        delegate.onHalfClose();
      }
    }

    @Override
    public void onReady() {
      if (!call.isEnded()) {
        delegate.onReady();
      }
    }

    @Override
    public void onComplete() {
      if (call.isEnded()) {
        delegate.onCancel();
      } else {
        delegate.onComplete();
      }
    }

    @Override
    public void onCancel() {
      delegate.onCancel();
    }
  }
}
