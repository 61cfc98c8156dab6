package com.minhacarona.carona;

import com.minhacarona.carona.Outbox.Outgoing;
import com.minhacarona.carona.StreamState.Offered;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One call of {@code StreamCaronasUpdates}: a lock and a call around {@link StreamState}.
 * Thread-safe: the call's own thread brings commands, the feed's threads bring changes, and a timer
 * brings ticks. No method waits for the client to read.
 */
final class UpdateStream implements StreamObserver<CaronaUpdateRequest>, Follower {
  /**
   * One message. gRPC takes 4 KiB outside of the heap for each that waits, so 40 MiB for the 10,000
   * streams of a task; and a state that is buffered in the call can no more be replaced by a newer
   * one.
   */
  private static final int READY_BYTES = 1;

  private final ServerCallStreamObserver<UpdateMessage> call;
  private final Caller caller;
  private final Followers followers;
  private final StreamCommands commands;
  private final UpdateMetrics metrics;
  private final StreamTimes times;
  private final StreamState state = new StreamState(Subscription.MAX_CARONAS);
  private Runnable whenOver = () -> {};
  private Instant lastSent;
  private boolean askForMore;
  private boolean over;

  UpdateStream(
      StreamObserver<UpdateMessage> responses,
      Caller caller,
      Followers followers,
      StreamCommands commands,
      UpdateMetrics metrics,
      StreamTimes times) {
    this.call = (ServerCallStreamObserver<UpdateMessage>) responses;
    this.caller = caller;
    this.followers = followers;
    this.commands = commands;
    this.metrics = metrics;
    this.times = times;
    this.lastSent = times.steady().instant();
  }

  /**
   * To be called by the service method, before it returns.
   *
   * @param toRunWhenOver runs, perhaps more than once, when the call has ended for whatever reason
   */
  void open(Runnable toRunWhenOver) {
    whenOver = toRunWhenOver;
    call.disableAutoRequest();
    call.setOnReadyThreshold(READY_BYTES);
    call.setOnReadyHandler(this::send);
    call.setOnCancelHandler(this::end);
    call.request(1);
  }

  /**
   * Carries out a command; its refusal is an answer like another, and the stream goes on. A command
   * that comes when the caller's proof has ended is not carried out.
   */
  @Override
  public void onNext(CaronaUpdateRequest request) {
    if (caller.hasEnded(times.wall().instant())) {
      leave();
      return;
    }
    commands.carryOut(request, caller, this).ifPresent(this::answer);
    askForMore();
  }

  /** A client that half-closes keeps receiving. */
  @Override
  public void onCompleted() {}

  @Override
  public void onError(Throwable t) {
    end();
  }

  /**
   * Begins to follow, and sends nothing until that is finished or unfollowed.
   *
   * @return what was not followed before
   */
  synchronized Subscription beginFollowing(Subscription subscription) {
    if (over) {
      return Subscription.NOTHING;
    }
    Subscription added =
        state.beginFollowing(subscription, condominioId -> followers.join(this, condominioId));
    followers.add(this, added.caronaIds());
    return added;
  }

  /**
   * Counts the condominiums that are followed.
   *
   * @throws StatusRuntimeException {@code LIMITE_DE_ASSINATURAS} when they are too many
   */
  synchronized void refuseTooMany() {
    if (state.followsTooMany()) {
      throw Refusals.limiteDeCondominios();
    }
  }

  /** Where the topics of these condominiums end now. */
  synchronized Map<Topic, Long> ends(Set<String> condominioIds) {
    return state.ends(condominioIds);
  }

  /**
   * Answers the command to follow, and sends the states that are news.
   *
   * @throws StatusRuntimeException {@code LIMITE_DE_ASSINATURAS} when the rides are too many
   */
  synchronized void finishFollowing(
      String comandoId, PresentStates present, Map<String, Long> claims) {
    if (!over && !state.finishFollowing(comandoId, present, claims)) {
      throw Refusals.limiteDeCaronas();
    }
    send();
  }

  /** Ceases to follow. */
  synchronized void unfollow(Subscription subscription) {
    followers.remove(this, subscription);
    state.unfollow(subscription);
    send();
  }

  @Override
  public synchronized void offer(Update update) {
    if (!over) {
      send(state.offer(update));
    }
  }

  @Override
  public synchronized void told(Topic topic, long replaced) {
    if (!over) {
      send(state.told(topic, replaced));
    }
  }

  private void send(Offered offered) {
    switch (offered) {
      case NO_NEWS -> {}
      case WAITS -> send();
      case CONFLATED -> {
        metrics.conflated();
        send();
      }
      case TOO_MANY -> fail(Refusals.limiteDeCaronas());
    }
  }

  /**
   * Sends a heartbeat after a silence, and ends the stream when it is old enough, or when the
   * caller's proof has ended.
   *
   * @param now by the steady clock
   */
  synchronized void tick(Instant now) {
    if (over) {
      return;
    }
    if (times.leavesAt().isBefore(now) || caller.hasEnded(times.wall().instant())) {
      leave();
    } else if (call.isReady() && lastSent.plus(times.silence()).isBefore(now)) {
      // Load balancers do not see HTTP/2 pings: only data keeps a connection open.
      call.onNext(UpdateMessage.of(UpdateProtos.heartbeat(times.wall().instant())));
      lastSent = now;
    }
  }

  /** Tells the client to go elsewhere, where it will read what still waits here. */
  synchronized void leave() {
    if (!over) {
      call.onNext(UpdateMessage.of(UpdateProtos.leaving()));
      call.onCompleted();
      end();
    }
  }

  /** Ends the call with an error. */
  @Override
  public synchronized void fail(Throwable cause) {
    if (!over) {
      call.onError(cause);
      end();
    }
  }

  /** The older rides that the client says it has. */
  synchronized Set<String> older() {
    return state.older();
  }

  private synchronized void end() {
    over = true;
    followers.remove(this, state.subscription());
    whenOver.run();
  }

  private synchronized void answer(CaronaUpdateResponse answer) {
    state.answer(answer);
    send();
  }

  private synchronized void askForMore() {
    askForMore = true;
    send();
  }

  /** Sends what waits while the client reads, and hears it while it does not ask too much. */
  private synchronized void send() {
    while (!over && call.isReady()) {
      Optional<Outgoing> next = state.poll();
      if (next.isEmpty()) {
        break;
      }
      call.onNext(next.get().message());
      lastSent = times.steady().instant();
      next.get()
          .change()
          .ifPresent(carona ->
              metrics.sent(Duration.between(carona.atualizadaEm(), times.wall().instant())));
    }
    if (!over && askForMore && state.hearsMore()) {
      askForMore = false;
      call.request(1);
    }
  }
}
