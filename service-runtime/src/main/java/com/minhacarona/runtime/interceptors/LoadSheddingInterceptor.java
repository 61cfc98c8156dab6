package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.ErrorTranslation;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.MethodTraits;
import com.minhacarona.runtime.call.MethodTraits.Trait;
import com.minhacarona.runtime.call.WorkPermits;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Refuses the calls that {@link Admission} does not admit, before any work for them but the proof
 * of who calls. A call is admitted when its request is there, perhaps after it has waited for a
 * moment, and gives its permit for work back when the service has answered: a client that does not
 * send, or does not read, holds up nobody. While its request is on its way, it has one of many
 * places, of which one address gets a part. A call that is answered on the event loop is admitted
 * only if it asks for work, so what is in memory is never refused.
 */
final class LoadSheddingInterceptor implements ServerInterceptor {
  /** Requests come with their headers or a moment later, so few calls wait for theirs at a time. */
  static final int MAX_WAITING = 4_000;

  static final int MAX_WAITING_OF_A_PEER = 1_000;

  /** How long a stream may be open without a message. Unary calls have their deadline. */
  static final Duration FIRST_MESSAGE = CallLimits.UNARY_DEADLINE;

  /** Made once, because a refusal must cost next to nothing. */
  private final StatusRuntimeException shed = Errors.shed();

  private final Admission admission;
  private final ScheduledExecutorService timer;
  private final Set<String> onEventLoop;
  private final Shares waiting = new Shares(MAX_WAITING, MAX_WAITING_OF_A_PEER);

  @Inject
  LoadSheddingInterceptor(
      Admission admission, ScheduledExecutorService timer, Set<MethodTraits> methods) {
    this.admission = admission;
    this.timer = timer;
    this.onEventLoop = MethodTraits.namesWith(Trait.ANSWERS_ON_EVENT_LOOP, methods);
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Optional<Shares.Place> place = waiting.take(call);
    if (place.isEmpty()) {
      throw admission.counted(call.getMethodDescriptor(), shed);
    }
    LimitedCall<ReqT, RespT> limited = new LimitedCall<>(call, place.get());
    try {
      boolean asks = onEventLoop.contains(call.getMethodDescriptor().getFullMethodName());
      if (asks) {
        CallContext.limit(limited);
      }
      return new LimitedListener<>(next.startCall(limited, headers), limited, asks);
    } catch (Throwable t) {
      limited.end(Status.CANCELLED);
      throw t;
    }
  }

  private final class LimitedCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT>
      implements CallContext.Admissible {
    private final Shares.Place place;
    private final @Nullable Future<?> untilFirstMessage;
    private WorkPermits.@Nullable Permit permit;
    private Runnable withdraw = WorkLimit.NOTHING_WAITS;
    private boolean over;

    LimitedCall(ServerCall<ReqT, RespT> call, Shares.Place place) {
      super(call);
      this.place = place;
      Optional<EarlyEnd> end = EarlyEnd.current();
      boolean unary = call.getMethodDescriptor().getType().serverSendsOneMessage();
      untilFirstMessage =
          unary || end.isEmpty()
              ? null
              : timer.schedule(
                  () -> end.get().end(Errors.deadlineExceeded()),
                  FIRST_MESSAGE.toMillis(),
                  TimeUnit.MILLISECONDS);
    }

    @Override
    public void admit(Runnable admitted, Consumer<StatusRuntimeException> refused) {
      Context ofTheCall = Context.current();
      Runnable leave =
          admission.admit(
              delegate(),
              given -> {
                if (holds(given)) {
                  ofTheCall.run(() -> begin(admitted, refused));
                }
              },
              refused);
      synchronized (this) {
        if (!over) {
          withdraw = leave;
          return;
        }
      }
      leave.run();
    }

    /** A place may come on the thread of the call that gave it back, which must not be hurt. */
    private void begin(Runnable admitted, Consumer<StatusRuntimeException> refused) {
      try {
        admitted.run();
      } catch (Throwable t) {
        refused.accept(ErrorTranslation.of(t));
      }
    }

    private boolean holds(WorkPermits.Permit given) {
      synchronized (this) {
        if (!over) {
          permit = given;
          return true;
        }
      }
      given.release(Status.CANCELLED);
      return false;
    }

    void arrived() {
      place.giveBack();
      if (untilFirstMessage != null) {
        untilFirstMessage.cancel(false);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      // What a stream has sent may still wait for its client, and is limited until it is gone.
      if (getMethodDescriptor().getType().serverSendsOneMessage()) {
        end(status);
      }
      super.close(status, trailers);
    }

    void end(Status status) {
      arrived();
      WorkPermits.Permit held;
      Runnable leave;
      synchronized (this) {
        over = true;
        held = permit;
        permit = null;
        leave = withdraw;
        withdraw = WorkLimit.NOTHING_WAITS;
      }
      leave.run();
      if (held != null) {
        held.release(status);
      }
    }
  }

  private static final class LimitedListener<ReqT>
      extends SimpleForwardingServerCallListener<ReqT> {
    private final LimitedCall<ReqT, ?> call;
    private final boolean oneMessage;
    private boolean admitted;

    /**
     * Hears of a call.
     *
     * @param asks whether the service itself asks for a place, if it needs one
     */
    LimitedListener(ServerCall.Listener<ReqT> listener, LimitedCall<ReqT, ?> call, boolean asks) {
      super(listener);
      this.call = call;
      this.oneMessage = call.getMethodDescriptor().getType().clientSendsOneMessage();
      this.admitted = asks;
    }

    @Override
    public void onMessage(ReqT message) {
      if (oneMessage) {
        super.onMessage(message);
      } else {
        admitOnce(() -> super.onMessage(message));
      }
    }

    @Override
    public void onHalfClose() {
      admitOnce(super::onHalfClose);
    }

    private void admitOnce(Runnable next) {
      call.arrived();
      if (admitted) {
        next.run();
      } else {
        admitted = true;
        call.admit(next, refusal -> OnThread.close(call, refusal));
      }
    }

    @Override
    public void onComplete() {
      call.end(Status.OK);
      super.onComplete();
    }

    @Override
    public void onCancel() {
      call.end(Status.CANCELLED);
      super.onCancel();
    }
  }
}
