package com.minhacarona.runtime.connections;

import com.minhacarona.runtime.process.CannotStartException;
import com.minhacarona.runtime.process.PortInUseException;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The ports of a server, and what their connections may do before there is a call. Start it once
 * and stop it once.
 */
public final class Listener {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

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

  /** From the connection to the first settings, over TLS or not. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  /** Resets of one connection: far more than impatient clients make, far less than a flood. */
  private static final int MAX_RESETS = 500;

  private static final Duration RESET_WINDOW = Duration.ofSeconds(10);

  /**
   * What a connection may send before a call has taken it: a request of the largest size. It is
   * fixed, because grpc-java would otherwise measure with pings and allow megabytes.
   */
  private static final int WINDOW_BYTES = 64 * 1024;

  private final ListenerConfig config;
  private final Certificates certificates;
  private final PeerLimits limits = new PeerLimits(System::nanoTime);
  private final List<Server> servers = new CopyOnWriteArrayList<>();
  private final EventLoopGroup acceptor = threads("accept", 1);
  private final EventLoopGroup workers =
      threads("connections", Runtime.getRuntime().availableProcessors());

  /** Listens nowhere yet. */
  public Listener(ListenerConfig config, Certificates certificates) {
    this.config = config;
    this.certificates = certificates;
  }

  /**
   * Opens the port, and the second one if clients have certificates.
   *
   * @param services adds what is served by both
   * @throws PortInUseException when another process listens on a port
   * @throws CannotStartException when certificates cannot be used
   */
  public void start(UnaryOperator<NettyServerBuilder> services) {
    certificates.start();
    open(Door.LOAD_BALANCER, config.port(), config.portVariable(), services);
    if (config.hasMtls()) {
      open(Door.MTLS, config.mtlsPort(), config.mtlsPortVariable(), services);
    }
  }

  private void open(
      Door door, int port, String variable, UnaryOperator<NettyServerBuilder> services) {
    try {
      servers.add(services.apply(builder(door, port)).build().start());
    } catch (IOException e) {
      stopAtOnce();
      if (e.getCause() instanceof BindException) {
        throw new PortInUseException(port, variable, e);
      }
      throw new IllegalStateException("Cannot listen on port " + port, e);
    }
  }

  private NettyServerBuilder builder(Door door, int port) {
    InetSocketAddress address =
        config.loopbackOnly() ? new InetSocketAddress(LOOPBACK, port) : new InetSocketAddress(port);
    Optional<SslContext> tls = certificates.context(door);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .addTransportFilter(new DoorKeeper(door))
            .channelFactory(
                () -> new GuardedServerChannel(limits, tls.isPresent(), System::nanoTime))
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
    tls.ifPresent(builder::sslContext);
    return builder;
  }

  /** The first port; 0 before it is open. */
  public int port() {
    return port(0);
  }

  /** The port that requires client certificates; 0 when it is not open. */
  public int mtlsPort() {
    return port(1);
  }

  private int port(int index) {
    return index < servers.size() ? servers.get(index).getPort() : 0;
  }

  /** Returns when all ports are closed and all calls have ended. */
  public void awaitTermination() throws InterruptedException {
    for (Server server : servers) {
      server.awaitTermination();
    }
  }

  /**
   * Takes no more calls, and waits for those in flight.
   *
   * @return whether all have ended in time
   */
  public boolean drain(Duration timeout) throws InterruptedException {
    servers.forEach(Server::shutdown);
    return awaitTermination(timeout);
  }

  /** Cuts off the calls that are left, and waits until they have ended, for a time. */
  public void cutOff(Duration timeout) throws InterruptedException {
    servers.forEach(Server::shutdownNow);
    awaitTermination(timeout);
  }

  private boolean awaitTermination(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    boolean all = true;
    for (Server server : servers) {
      all &= server.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    return all;
  }

  /** Ends the threads, once the calls have ended. */
  public void stop() {
    certificates.stop();
    var _ = acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    var _ = workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private void stopAtOnce() {
    servers.forEach(Server::shutdownNow);
    stop();
  }

  private static EventLoopGroup threads(String name, int count) {
    return new MultiThreadIoEventLoopGroup(
        count, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }
}
