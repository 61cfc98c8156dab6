package com.minhacarona.runtime.connections;

import com.google.common.annotations.VisibleForTesting;
import com.minhacarona.runtime.process.PerSecond;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits what one address may do with connections, so that what grpc-java limits for each of them
 * cannot be had any number of times. Behind a load balancer an address is one of its nodes, which
 * carries many callers; the limits leave room for that. Thread-safe.
 */
final class PeerLimits {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLimits.class);

  /** Of all addresses. A connection costs some 20 KB, so these fit into the smallest task. */
  static final int MAX_CONNECTIONS = 1_024;

  /** For addresses with few connections, so that others cannot shut out a probe. */
  static final int RESERVE = 256;

  /** An address with fewer connections than this gets one of the reserve. */
  static final int FEW = 4;

  /** Of one address at a time: a node of a load balancer needs one for a hundred calls or so. */
  static final int MAX_OF_A_PEER = 256;

  /** Of one address in a window: a client that reconnects, with some seconds between. */
  static final int MAX_CONNECTS = 500;

  /** What a connection with TLS counts for among new ones: its handshake costs milliseconds. */
  static final int TLS_CONNECT = 5;

  /** Of one address in a window: four times what grpc-java allows one connection. */
  static final int MAX_RESETS = 2_000;

  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Enough to see who it is. */
  private static final int LINES_PER_SECOND = 2;

  private final LongSupplier nanoTime;
  private final PerSecond lines;
  private final Map<InetAddress, Peer> peers = new HashMap<>();
  private int connections;
  private long lastSweep;

  PeerLimits(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lines = new PerSecond(LINES_PER_SECOND, nanoTime);
    this.lastSweep = nanoTime.getAsLong();
  }

  /** One address, guarded by the lock of the limits. */
  private static final class Peer {
    private int open;
    private int connects;
    private int resets;
    private long windowBegan;

    private Peer(long now) {
      this.windowBegan = now;
    }

    private void at(long now) {
      if (now - windowBegan >= WINDOW_NANOS) {
        windowBegan = now;
        connects = 0;
        resets = 0;
      }
    }
  }

  /** Takes in a connection in plain text; empty when its address has too many. */
  Optional<Connection> connect(InetAddress address) {
    return connect(address, false);
  }

  /** Takes in a connection; empty when its address has too many. */
  Optional<Connection> connect(InetAddress address, boolean tls) {
    String refusal;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      sweep(now);
      Peer peer = peers.computeIfAbsent(address, _ -> new Peer(now));
      peer.at(now);
      refusal = refusal(peer);
      if (refusal.isEmpty()) {
        peer.connects += tls ? TLS_CONNECT : 1;
        peer.open++;
        connections++;
        return Optional.of(new Connection(address, peer));
      }
    }
    tell(address, refusal);
    return Optional.empty();
  }

  private String refusal(Peer peer) {
    if (peer.open >= MAX_OF_A_PEER) {
      return "more than %s connections".formatted(MAX_OF_A_PEER);
    }
    if (peer.connects >= MAX_CONNECTS) {
      return "too many new connections in 10 s";
    }
    int room = peer.open < FEW ? MAX_CONNECTIONS + RESERVE : MAX_CONNECTIONS;
    return connections >= room ? "no connection is left" : "";
  }

  /** Forgets addresses that are gone; each was kept for a window at least. */
  private void sweep(long now) {
    if (now - lastSweep < WINDOW_NANOS) {
      return;
    }
    lastSweep = now;
    Iterator<Peer> each = peers.values().iterator();
    while (each.hasNext()) {
      Peer peer = each.next();
      if (peer.open == 0 && now - peer.windowBegan >= WINDOW_NANOS) {
        each.remove();
      }
    }
  }

  private void tell(InetAddress address, String because) {
    if (lines.tryAcquire()) {
      LOG.atWarn().addKeyValue("peer", address.getHostAddress()).log("Hung up: {}", because);
    }
  }

  /** How many addresses are known. */
  @VisibleForTesting
  synchronized int size() {
    return peers.size();
  }

  /** A connection that is open. */
  final class Connection {
    private final InetAddress address;
    private final Peer peer;
    private boolean open = true;

    private Connection(InetAddress address, Peer peer) {
      this.address = address;
      this.peer = peer;
    }

    /** Counts a reset by the address; false when it is one too many. */
    boolean mayReset() {
      synchronized (PeerLimits.this) {
        peer.at(nanoTime.getAsLong());
        return ++peer.resets <= MAX_RESETS;
      }
    }

    /** Says why the connection is closed, in a few lines a second. */
    void refused(String because) {
      tell(address, because);
    }

    /** To be called when the connection is closed; again does nothing. */
    void close() {
      synchronized (PeerLimits.this) {
        if (open) {
          open = false;
          peer.open--;
          connections--;
        }
      }
    }
  }
}
