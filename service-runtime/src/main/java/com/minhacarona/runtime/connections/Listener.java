package com.minhacarona.runtime.connections;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The socket of a server, and what its connections may do before there is a call. */
public final class Listener {
  /** A connection of one load balancer node carries many callers, but not an unbounded number. */
  private static final int MAX_CALLS_PER_CONNECTION = 1_000;

  /** Our clients ping every 30 s. One that pings faster than this gets ENHANCE_YOUR_CALM. */
  private static final Duration MIN_KEEPALIVE = Duration.ofSeconds(20);

  /** A peer that vanished is noticed after this and the next, and its calls end. */
  private static final Duration KEEPALIVE = Duration.ofSeconds(60);

  private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(20);

  /** Our clients connect again with their next call. */
  private static final Duration MAX_IDLE = Duration.ofMinutes(5);

  /** Makes clients connect again, so that they find tasks that were added meanwhile. */
  private static final Duration MAX_CONNECTION_AGE = Duration.ofMinutes(15);

  /** Longer than any stream stays open, so that it cuts off only calls that hang. */
  private static final Duration CONNECTION_AGE_GRACE = Duration.ofMinutes(20);

  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  /** Resets of one connection: far more than impatient clients make, far less than a flood. */
  private static final int MAX_RESETS = 500;

  private static final Duration RESET_WINDOW = Duration.ofSeconds(10);

  /**
   * What a connection may send before a call has taken it: a request of the largest size. It is
   * fixed, because grpc-java would otherwise measure with pings and allow megabytes.
   */
  private static final int WINDOW_BYTES = 64 * 1024;

  private final EventLoopGroup acceptor = threads("accept", 1);
  private final EventLoopGroup workers =
      threads("connections", Runtime.getRuntime().availableProcessors());

  /** Starts to configure a server that listens on a port; 0 takes any free one. */
  public NettyServerBuilder builder(int port) {
    PeerLimits limits = new PeerLimits(System::nanoTime);
    return NettyServerBuilder.forPort(port)
        .channelFactory(() -> new GuardedServerChannel(limits, System::nanoTime))
        .bossEventLoopGroup(acceptor)
        .workerEventLoopGroup(workers)
        .flowControlWindow(WINDOW_BYTES)
        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
        .permitKeepAliveTime(MIN_KEEPALIVE.toSeconds(), TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .keepAliveTime(KEEPALIVE.toSeconds(), TimeUnit.SECONDS)
        .keepAliveTimeout(KEEPALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
        .handshakeTimeout(HANDSHAKE.toSeconds(), TimeUnit.SECONDS)
        .maxConnectionIdle(MAX_IDLE.toSeconds(), TimeUnit.SECONDS)
        .maxConnectionAge(MAX_CONNECTION_AGE.toSeconds(), TimeUnit.SECONDS)
        .maxConnectionAgeGrace(CONNECTION_AGE_GRACE.toSeconds(), TimeUnit.SECONDS)
        .maxRstFramesPerWindow(MAX_RESETS, Math.toIntExact(RESET_WINDOW.toSeconds()));
  }

  /** Ends the threads, once the server has terminated. */
  public void stop() {
    var _ = acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    var _ = workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static EventLoopGroup threads(String name, int count) {
    return new MultiThreadIoEventLoopGroup(
        count, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }
}
