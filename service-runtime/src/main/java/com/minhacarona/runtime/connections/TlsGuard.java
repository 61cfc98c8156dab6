package com.minhacarona.runtime.connections;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of the handler that decrypts, puts a {@link FrameGuard} behind it, which must
 * read what was decrypted, and closes a connection that keeps TLS itself busy. The change of a key
 * costs a client 27 bytes, and the server some hundred times what it takes to decrypt them. One
 * guard belongs to one connection.
 */
final class TlsGuard extends ChannelInboundHandlerAdapter {
  /** A client needs ten, and more only if it cuts its messages into pieces. */
  static final int MAX_HANDSHAKE_RECORDS = 100;

  /** Of records without content in a window: a client changes its key once in millions of them. */
  static final int MAX_IDLE_RECORDS = 100;

  private final PeerLimits.Connection connection;
  private final FrameGuard frameGuard;
  private final LongSupplier nanoTime;
  private final TlsRecordReader reader = new TlsRecordReader(this::count);
  private @Nullable SslHandler tls;
  private boolean established;
  private long records;
  private long idleBefore;
  private long windowBegan;
  private @Nullable String fault;

  /**
   * A guard.
   *
   * @param connection which it closes at the end
   * @param frameGuard is put behind TLS
   */
  TlsGuard(PeerLimits.Connection connection, FrameGuard frameGuard, LongSupplier nanoTime) {
    this.connection = connection;
    this.frameGuard = frameGuard;
    this.nanoTime = nanoTime;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // grpc-java adds its handler for TLS on this event, and nothing is read before.
    context.fireChannelActive();
    tls = context.pipeline().get(SslHandler.class);
    if (tls == null) {
      hangUp(context, "no TLS");
      return;
    }
    context.pipeline().addAfter(context.pipeline().context(tls).name(), null, frameGuard);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (fault != null) {
      ReferenceCountUtil.release(message);
      return;
    }
    reader.read((ByteBuf) message);
    if (fault != null) {
      ReferenceCountUtil.release(message);
      hangUp(context, fault);
      return;
    }
    context.fireChannelRead(message);
    if (isEstablished()) {
      boundIdle(context);
    }
  }

  /** Whether the handshake is over; what it took is no longer counted then. */
  private boolean isEstablished() {
    if (!established && tls != null && tls.handshakeFuture().isSuccess()) {
      established = true;
      beginWindow(nanoTime.getAsLong());
    }
    return established;
  }

  private void count(int type) {
    records++;
    if (isEstablished()) {
      if (type == TlsRecordReader.HANDSHAKE) {
        fault = "renegotiation of TLS";
      }
    } else if (records > MAX_HANDSHAKE_RECORDS) {
      fault = "a TLS handshake without end";
    }
  }

  /** The handler that decrypts passes on each record that has content, by itself. */
  private void boundIdle(ChannelHandlerContext context) {
    if (idle() - idleBefore <= MAX_IDLE_RECORDS) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - windowBegan < FrameGuard.WINDOW_NANOS) {
      hangUp(context, "TLS records without content");
    } else {
      beginWindow(now);
    }
  }

  private long idle() {
    return records - frameGuard.reads();
  }

  private void beginWindow(long now) {
    windowBegan = now;
    idleBefore = idle();
  }

  private void hangUp(ChannelHandlerContext context, String because) {
    fault = because;
    connection.refused(because);
    // From here: what comes after would wait for TLS to say goodbye.
    var _ = context.close();
  }
}
