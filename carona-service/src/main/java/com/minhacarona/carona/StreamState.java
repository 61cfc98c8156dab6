package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The state of one update stream: what its client follows and has, and what waits to be sent to it.
 * It never gives out a state that is older than one it gave out before, or than one that its client
 * rightly says it has. Knows no call, no lock and no clock. Not thread-safe.
 */
final class StreamState {
  /** A client that sends commands and never reads is heard only until this many answers wait. */
  static final int MAX_ANSWERS = 100;

  private final int maxCaronas;
  private final ClientView view = new ClientView();
  private final Outbox outbox = new Outbox();
  private boolean held;

  /**
   * A stream whose client follows nothing.
   *
   * @param maxCaronas how many rides it may follow, those of condominiums included
   */
  StreamState(int maxCaronas) {
    this.maxCaronas = maxCaronas;
  }

  /** How a state that was offered was taken. */
  enum Offered {
    /** It is not followed, or the client has it or a newer one. */
    NO_NEWS,
    /** It waits. */
    WAITS,
    /** It waits in place of an older state, which is never sent. */
    CONFLATED,
    /** Its ride is one too many: the stream has to end. */
    TOO_MANY
  }

  /**
   * Begins to follow. Nothing is given out until {@link #finishFollowing} or {@link #unfollow}: a
   * state that the feed repeats meanwhile may be older than one that this stream has sent, and what
   * the client says it has is judged by the states that are read.
   *
   * @param known what the client says it has already: only what is newer will be given out
   * @return what was not followed before
   */
  Subscription beginFollowing(Subscription subscription, Map<String, Long> known) {
    held = true;
    view.claim(known);
    return view.add(subscription);
  }

  /**
   * Ends what {@link #beginFollowing} began: answers the command, gives out the states that are
   * news, and says that these are all.
   *
   * @param present the states that were read after the beginning, each ride once. A ride that is
   *     not followed is left out; a later version than these is none that the client can have
   * @return false if these would be too many rides; then nothing has changed, and the caller has to
   *     {@link #unfollow}
   */
  boolean finishFollowing(String comandoId, Collection<CaronaItem> present) {
    if (view.sizeWith(present) > maxCaronas) {
      return false;
    }
    outbox.add(UpdateProtos.accepted(comandoId));
    for (CaronaItem carona : present) {
      // A state that the feed told of meanwhile has its place after the answer, as an initial one.
      CaronaItem newest =
          outbox
              .state(carona.id())
              .map(Update::carona)
              .filter(told -> told.versao() > carona.versao())
              .orElse(carona);
      outbox.remove(carona.id());
      if (view.present(carona) && view.isNews(newest)) {
        outbox.add(Update.initial(newest));
      }
    }
    outbox.add(UpdateProtos.synced(comandoId));
    view.forgetUnfollowed();
    release();
    return true;
  }

  /** Ceases to follow, and drops the states that wait and are not followed any more. */
  void unfollow(Subscription subscription) {
    view.remove(subscription);
    release();
  }

  private void release() {
    outbox.retain(carona -> view.knows(carona.id()) && view.isNews(carona));
    held = false;
  }

  /** Takes a state of a ride, from whenever and for whatever time. */
  Offered offer(Update update) {
    if (!view.sees(update.carona()) || !isNews(update.carona())) {
      return Offered.NO_NEWS;
    }
    if (view.size() > maxCaronas) {
      return Offered.TOO_MANY;
    }
    return outbox.add(update) ? Offered.CONFLATED : Offered.WAITS;
  }

  /** While states are read, a claim of the client's is not known to be right. */
  private boolean isNews(CaronaItem carona) {
    boolean waits =
        outbox.state(carona.id()).filter(u -> u.carona().versao() >= carona.versao()).isPresent();
    return !waits && (held ? view.isNewerThanGiven(carona) : view.isNews(carona));
  }

  /** Takes an answer to a command, which nothing replaces. */
  void answer(CaronaUpdateResponse answer) {
    outbox.add(answer);
  }

  /** Gives out what is to be sent next; empty while the client waits for its first states. */
  Optional<Outbox.Entry> poll() {
    if (held) {
      return Optional.empty();
    }
    Optional<Outbox.Entry> next = outbox.poll();
    if (next.isPresent() && next.get() instanceof Outbox.State(var update)) {
      view.give(update.carona());
    }
    return next;
  }

  /** Whether the client may send another command. */
  boolean hearsMore() {
    return outbox.answers() < MAX_ANSWERS;
  }

  /** The rides that the client has, or that wait for it. */
  Set<String> known() {
    return view.known();
  }

  /** Whether the client follows more condominiums than it may. */
  boolean followsTooMany() {
    return view.condominios() > Subscription.MAX_CONDOMINIOS;
  }

  Subscription subscription() {
    return view.subscription();
  }
}
