package com.minhacarona.runtime.interceptors;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many unary calls run at a time. The last places are for addresses with few calls, so
 * that a burst of calls from one address does not shut out the others. Thread-safe.
 */
final class WorkLimit {
  /**
   * One place in so many is kept for addresses with few calls. If all calls come from one address,
   * this is all that they lose, and a limit that follows latency makes up for it.
   */
  static final int RESERVED = 4;

  /**
   * An address with less than one place in so many has few calls. It is half of what is reserved,
   * so that two addresses with bursts still leave room for a third one: a load balancer has two or
   * three nodes.
   */
  static final int FEW = 8;

  /**
   * Work that no caller waits for gets one place in so many at most, and none of those that are
   * reserved: a full queue must not make calls wait.
   */
  static final int BEHIND_CALLS = 2;

  /** Stands for all work that no caller waits for, among the addresses of callers. */
  private static final Object NO_CALLER = new Object();

  /** With the places there are, a burst of 400 calls from one address. */
  static final int MAX_WAITING = 384;

  /**
   * How long a call may wait while others are refused. A burst is over in a moment, and its calls
   * may wait longer; under overload each wait only makes all answers later.
   */
  static final long PATIENCE_IN_OVERLOAD = TimeUnit.MILLISECONDS.toNanos(5);

  /** How long after a refusal it is overload. */
  static final long OVERLOAD = TimeUnit.SECONDS.toNanos(1);

  /** Withdraws a call that does not wait. */
  static final Runnable NOTHING_WAITS = () -> {};

  private final SimpleLimiter<Void> limiter;
  private final LongSupplier nanoTime;
  private final Later later;
  private final Map<Object, Integer> byPeer = new HashMap<>();

  /** In the order in which they came. Guarded by the lock of {@code byPeer}, as is the next one. */
  private final Set<Waiting> line = new LinkedHashSet<>();

  private long overloadUntil;

  WorkLimit(Limit limit, LongSupplier nanoTime, Later later) {
    this.limiter = SimpleLimiter.newBuilder().limit(limit).build();
    this.nanoTime = nanoTime;
    this.later = later;
    this.overloadUntil = nanoTime.getAsLong();
  }

  /** How a call ended that had a place. */
  enum Sample {
    IN_TIME,
    OVERLOADED,
    IGNORED
  }

  /** The place of a call, to be given back once. */
  final class Place {
    private final Object peer;
    private final Limiter.Listener listener;

    private Place(Object peer, Limiter.Listener listener) {
      this.peer = peer;
      this.listener = listener;
    }

    void giveBack(Sample sample) {
      synchronized (byPeer) {
        byPeer.computeIfPresent(peer, (_, held) -> held == 1 ? null : held - 1);
      }
      switch (sample) {
        case IN_TIME -> listener.onSuccess();
        case OVERLOADED -> listener.onDropped();
        case IGNORED -> listener.onIgnore();
      }
      handOn().forEach(Runnable::run);
    }
  }

  /** A call that waits for a place. */
  private final class Waiting {
    private final Object peer;
    private final Consumer<Place> taken;
    private final Runnable refused;
    private final long since;
    private @Nullable Future<?> end;

    Waiting(Object peer, Consumer<Place> taken, Runnable refused, long since) {
      this.peer = peer;
      this.taken = taken;
      this.refused = refused;
      this.since = since;
    }

    /** A call that had hardly any time to wait says nothing of the load. */
    void giveUp() {
      synchronized (byPeer) {
        if (!line.remove(this)) {
          return;
        }
        long now = nanoTime.getAsLong();
        if (now - since >= PATIENCE_IN_OVERLOAD) {
          overloadUntil = now + OVERLOAD;
        }
      }
      refused.run();
    }

    void withdraw() {
      synchronized (byPeer) {
        if (!line.remove(this)) {
          return;
        }
      }
      cancelPatience();
    }

    private void cancelPatience() {
      if (end != null) {
        end.cancel(false);
      }
    }

    Runnable given(Place place) {
      cancelPatience();
      return () -> taken.accept(place);
    }
  }

  /**
   * Gives the call a place, at once or when one is given back.
   *
   * @param patience how long the call may wait, in nanoseconds
   * @param refused is told instead when that is over, or when too many wait
   * @return withdraws the call if it still waits, so that it hears neither; to be run when the call
   *     is over
   */
  Runnable take(ServerCall<?, ?> call, long patience, Consumer<Place> taken, Runnable refused) {
    Object peer = Shares.peer(call);
    Optional<Place> place;
    synchronized (byPeer) {
      place = take(peer);
      if (place.isEmpty()) {
        long now = nanoTime.getAsLong();
        boolean overload = now - overloadUntil < 0;
        if (line.size() < MAX_WAITING) {
          Waiting waiting = new Waiting(peer, taken, refused, now);
          line.add(waiting);
          waiting.end =
              later.run(
                  waiting::giveUp, overload ? Math.min(patience, PATIENCE_IN_OVERLOAD) : patience);
          return waiting::withdraw;
        }
        overloadUntil = now + OVERLOAD;
      }
    }
    place.ifPresentOrElse(taken, refused);
    return NOTHING_WAITS;
  }

  /** How many calls wait for a place. */
  int waiting() {
    synchronized (byPeer) {
      return line.size();
    }
  }

  /** Gives places that are free to those who wait, as far as their addresses may have them. */
  private List<Runnable> handOn() {
    synchronized (byPeer) {
      if (line.isEmpty()) {
        return List.of();
      }
      List<Runnable> given = new ArrayList<>();
      Set<Object> full = new HashSet<>();
      Iterator<Waiting> each = line.iterator();
      while (each.hasNext() && limiter.getInflight() < limiter.getLimit()) {
        Waiting next = each.next();
        Optional<Place> place = full.contains(next.peer) ? Optional.empty() : take(next.peer);
        if (place.isPresent()) {
          each.remove();
          given.add(next.given(place.get()));
        } else {
          full.add(next.peer);
        }
      }
      return given;
    }
  }

  /** A place for the call; empty when there is none for its peer. */
  Optional<Place> take(ServerCall<?, ?> call) {
    synchronized (byPeer) {
      return take(Shares.peer(call));
    }
  }

  private Optional<Place> take(Object peer) {
    return limiter.getInflight() < room(byPeer.getOrDefault(peer, 0))
        ? acquire(peer)
        : Optional.empty();
  }

  /** A place for work that no caller waits for; empty when callers need what there is. */
  Optional<Place> takeBehindCalls() {
    synchronized (byPeer) {
      int limit = limiter.getLimit();
      boolean free =
          limiter.getInflight() < unreserved(limit)
              && byPeer.getOrDefault(NO_CALLER, 0) < Math.max(1, limit / BEHIND_CALLS);
      return free ? acquire(NO_CALLER) : Optional.empty();
    }
  }

  private Optional<Place> acquire(Object peer) {
    Optional<Place> place = limiter.acquire(null).map(listener -> new Place(peer, listener));
    place.ifPresent(_ -> byPeer.merge(peer, 1, Integer::sum));
    return place;
  }

  /** How many calls may run beside the next one of an address that has this many. */
  private int room(int held) {
    int limit = limiter.getLimit();
    boolean few = held < Math.max(1, limit / FEW);
    return few ? limit : unreserved(limit);
  }

  private static int unreserved(int limit) {
    return limit - limit / RESERVED;
  }
}
