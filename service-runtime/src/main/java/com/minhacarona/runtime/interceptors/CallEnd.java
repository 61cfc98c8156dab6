package com.minhacarona.runtime.interceptors;

import com.minhacarona.runtime.call.Deadlines;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;

/** Is told of the end of a call, exactly once, in whatever way it ends. */
@FunctionalInterface
public interface CallEnd {

  /**
   * The call is over.
   *
   * @param status the status that the client got; {@code CANCELLED} or {@code DEADLINE_EXCEEDED}
   *     when the client left before
   * @param trailers the metadata that came with the status
   */
  void ended(Status status, Metadata trailers);

  /** Starts the call with the next handler, and tells {@code end} when it is over. */
  static <ReqT, RespT> ServerCall.Listener<ReqT> observe(
      ServerCall<ReqT, RespT> call,
      Metadata headers,
      ServerCallHandler<ReqT, RespT> next,
      CallEnd end) {
    Closing closing = new Closing();
    ServerCall.Listener<ReqT> listener;
    try {
      listener =
          next.startCall(
              new SimpleForwardingServerCall<>(call) {
                @Override
                public void close(Status status, Metadata trailers) {
                  closing.status = status;
                  closing.trailers = trailers;
                  super.close(status, trailers);
                }
              },
              headers);
    } catch (Throwable t) {
      end.ended(Status.UNKNOWN, new Metadata());
      throw t;
    }
    // A call ends by exactly one of these two; close() is not called when the client cancels.
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onComplete() {
        // What goes wrong with one observer keeps nothing from those further in.
        try {
          end.ended(closing.status, closing.trailers);
        } finally {
          super.onComplete();
        }
      }

      @Override
      public void onCancel() {
        try {
          cancelled();
        } finally {
          super.onCancel();
        }
      }

      private void cancelled() {
        if (EarlyEnd.current().map(EarlyEnd::happened).orElse(false)) {
          end.ended(closing.status, closing.trailers);
        } else {
          end.ended(
              Deadlines.passedForTheClient() ? Status.DEADLINE_EXCEEDED : Status.CANCELLED,
              new Metadata());
        }
      }
    };
  }

  /** How the service closed the call. Written and read on different threads. */
  final class Closing {
    private volatile Status status = Status.UNKNOWN;
    private volatile Metadata trailers = new Metadata();
  }
}
