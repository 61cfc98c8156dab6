package com.minhacarona.runtime.interceptors;

import io.grpc.Grpc;
import io.grpc.ServerCall;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A number of places for calls, of which the calls from one address get only a part, so that one
 * peer cannot take them from all others. Thread-safe.
 */
final class Shares {
  private final int max;
  private final int maxOfAPeer;
  private final AtomicInteger taken = new AtomicInteger();
  private final ConcurrentMap<Object, Integer> byPeer = new ConcurrentHashMap<>();

  Shares(int max, int maxOfAPeer) {
    this.max = max;
    this.maxOfAPeer = maxOfAPeer;
  }

  /** The place of a call. To give it back again does nothing. */
  final class Place {
    private final Object peer;
    private final AtomicBoolean given = new AtomicBoolean();

    private Place(Object peer) {
      this.peer = peer;
    }

    void giveBack() {
      if (given.compareAndSet(false, true)) {
        taken.decrementAndGet();
        byPeer.computeIfPresent(peer, (_, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  /** A place for the call; empty when there is none for its peer. */
  Optional<Place> take(ServerCall<?, ?> call) {
    Object peer = peer(call);
    if (taken.incrementAndGet() > max) {
      taken.decrementAndGet();
      return Optional.empty();
    }
    Place place = new Place(peer);
    if (byPeer.merge(peer, 1, Integer::sum) > maxOfAPeer) {
      place.giveBack();
      return Optional.empty();
    }
    return Optional.of(place);
  }

  /** The address that the call came from, without its port. */
  static Object peer(ServerCall<?, ?> call) {
    SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return address instanceof InetSocketAddress inet ? inet.getAddress() : String.valueOf(address);
  }
}
