package com.minhacarona.runtime.connections;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;

/**
 * Stands in front of the handler that decrypts, and puts a {@link FrameGuard} behind it, which must
 * read what was decrypted.
 */
final class TlsGuard extends ChannelInboundHandlerAdapter {
  private final FrameGuard frameGuard;

  TlsGuard(FrameGuard frameGuard) {
    this.frameGuard = frameGuard;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // grpc-java adds its handler for TLS on this event, and nothing is read before.
    context.fireChannelActive();
    ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
    if (tls == null) {
      var _ = context.close();
      return;
    }
    context.pipeline().addAfter(tls.name(), null, frameGuard);
  }
}
