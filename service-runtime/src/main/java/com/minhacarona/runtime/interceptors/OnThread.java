package com.minhacarona.runtime.interceptors;

import com.google.common.util.concurrent.MoreExecutors;
import com.minhacarona.runtime.call.ErrorTranslation;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Hears of a call on another thread than gRPC's, one thing after the other. */
final class OnThread<ReqT> extends ServerCall.Listener<ReqT> {
  private final ServerCall<ReqT, ?> call;
  private final Executor inTurn;
  private final Context context = Context.current();

  /** Touched in turn only, as is the other one. */
  private ServerCall.Listener<ReqT> listener = new ServerCall.Listener<>() {};

  private boolean failed;

  private OnThread(Executor threads, ServerCall<ReqT, ?> call) {
    this.call = call;
    this.inTurn = MoreExecutors.newSequentialExecutor(threads);
  }

  /** Begins the call on a thread, and tells its listener there of all that comes. */
  static <ReqT> ServerCall.Listener<ReqT> start(
      Executor threads, ServerCall<ReqT, ?> call, Supplier<ServerCall.Listener<ReqT>> begin) {
    OnThread<ReqT> onThread = new OnThread<>(threads, call);
    onThread.step(() -> onThread.listener = begin.get());
    return onThread;
  }

  @Override
  public void onMessage(ReqT message) {
    step(() -> listener.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    step(() -> listener.onHalfClose());
  }

  @Override
  public void onReady() {
    step(() -> listener.onReady());
  }

  @Override
  public void onComplete() {
    end(() -> listener.onComplete());
  }

  @Override
  public void onCancel() {
    end(() -> listener.onCancel());
  }

  /** A server that has stopped has no threads left: a call hears of its end on gRPC's then. */
  private void end(Runnable step) {
    Runnable told = context.wrap(step);
    try {
      inTurn.execute(told);
    } catch (RejectedExecutionException _) {
      told.run();
    }
  }

  /** Nothing but the end of the call is told after an error, with which the call is closed. */
  private void step(Runnable step) {
    inTurn.execute(
        context.wrap(() -> {
          if (failed) {
            return;
          }
          try {
            step.run();
          } catch (Throwable t) {
            failed = true;
            close(call, t);
          }
        }));
  }

  /** Closes a call with the error for what was thrown where no other interceptor catches it. */
  static void close(ServerCall<?, ?> call, Throwable thrown) {
    StatusRuntimeException error = ErrorTranslation.of(thrown);
    Metadata trailers = error.getTrailers();
    call.close(error.getStatus(), trailers == null ? new Metadata() : trailers);
  }
}
