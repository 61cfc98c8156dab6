package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.WorkPermits;
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
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Refuses the calls that {@link Admission} does not admit, before any work for them but the proof
 * of who calls. A call is admitted when its request is there, and gives a permit for work back when
 * the service has answered: a client that does not send, or does not read, holds up nobody. While
 * its request is on its way, it has one of many places, of which one address gets a part.
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
  private final Shares waiting = new Shares(MAX_WAITING, MAX_WAITING_OF_A_PEER);

  @Inject
  LoadSheddingInterceptor(Admission admission, ScheduledExecutorService timer) {
    this.admission = admission;
    this.timer = timer;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Optional<Shares.Place> place = waiting.take(call);
    if (place.isEmpty()) {
      throw admission.counted(call.getMethodDescriptor(), shed);
    }
    try {
      LimitedCall<ReqT, RespT> limited = new LimitedCall<>(call, place.get());
      return new LimitedListener<>(next.startCall(limited, headers), limited);
    } catch (Throwable t) {
      place.get().giveBack();
      throw t;
    }
  }

  private final class LimitedCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
    private final Shares.Place place;
    private final @Nullable Future<?> untilFirstMessage;
    private WorkPermits.@Nullable Permit permit;
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

    /** Admits the call, or refuses it with an exception. */
    void admit() {
      arrived();
      WorkPermits.Permit admitted =
          admission
              .admit(delegate())
              .orElseThrow(() -> admission.counted(getMethodDescriptor(), shed));
      synchronized (this) {
        if (!over) {
          permit = admitted;
          return;
        }
      }
      admitted.release(Status.CANCELLED);
    }

    private void arrived() {
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
      synchronized (this) {
        over = true;
        held = permit;
        permit = null;
      }
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

    LimitedListener(ServerCall.Listener<ReqT> listener, LimitedCall<ReqT, ?> call) {
      super(listener);
      this.call = call;
      this.oneMessage = call.getMethodDescriptor().getType().clientSendsOneMessage();
    }

    @Override
    public void onMessage(ReqT message) {
      if (!oneMessage) {
        admit();
      }
      super.onMessage(message);
    }

    @Override
    public void onHalfClose() {
      admit();
      super.onHalfClose();
    }

    private void admit() {
      if (!admitted) {
        admitted = true;
        call.admit();
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
