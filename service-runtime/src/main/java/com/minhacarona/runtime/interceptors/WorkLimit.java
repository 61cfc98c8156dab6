package com.minhacarona.runtime.interceptors;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import io.grpc.ServerCall;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

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

  private final SimpleLimiter<Void> limiter;
  private final Map<Object, Integer> byPeer = new HashMap<>();

  WorkLimit(Limit limit) {
    this.limiter = SimpleLimiter.newBuilder().limit(limit).build();
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
    }
  }

  /** A place for the call; empty when there is none for its peer. */
  Optional<Place> take(ServerCall<?, ?> call) {
    Object peer = Shares.peer(call);
    synchronized (byPeer) {
      return limiter.getInflight() < room(byPeer.getOrDefault(peer, 0))
          ? acquire(peer)
          : Optional.empty();
    }
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
