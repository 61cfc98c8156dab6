package com.minhacarona.runtime.connections;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Accepts connections within the limits of their addresses, and puts a {@link FrameGuard} in front
 * of each, or a {@link TlsGuard} that brings one. grpc-java offers no other place before its own
 * handlers.
 */
final class GuardedServerChannel extends NioServerSocketChannel {
  private final PeerLimits limits;
  private final boolean tls;
  private final LongSupplier nanoTime;

  GuardedServerChannel(PeerLimits limits, boolean tls, LongSupplier nanoTime) {
    this.limits = limits;
    this.tls = tls;
    this.nanoTime = nanoTime;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int before = accepted.size();
    int read = super.doReadMessages(accepted);
    for (int i = accepted.size() - 1; i >= before; i--) {
      Channel channel = (Channel) accepted.get(i);
      if (!guard(channel)) {
        accepted.remove(i);
        channel.unsafe().closeForcibly();
      }
    }
    return read;
  }

  private boolean guard(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
      return false; // It is gone already.
    }
    Optional<PeerLimits.Connection> connection = limits.connect(peer.getAddress(), tls);
    connection.ifPresent(open -> {
      var _ = channel.closeFuture().addListener(_ -> open.close());
      FrameGuard guard = new FrameGuard(open, nanoTime);
      channel.pipeline().addFirst(tls ? new TlsGuard(open, guard, nanoTime) : guard);
    });
    return connection.isPresent();
  }
}
