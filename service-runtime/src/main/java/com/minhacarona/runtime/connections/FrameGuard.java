package com.minhacarona.runtime.connections;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that brings many frames which do nothing. grpc-java has no limit on them: an
 * empty DATA frame costs its sender 9 bytes, and is kept in some 65 bytes until its stream ends, so
 * that 34 MB of them on one stream filled a heap of 256 MB. One guard belongs to one connection,
 * and stands in front of all that reads HTTP/2.
 */
final class FrameGuard extends ChannelDuplexHandler {
  /** Of one kind in a window: far more than a client sends that works, far less than hurts. */
  static final int MAX_IDLE_FRAMES = 1_000;

  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A client sends its preface with its first bytes; until then it has shown nothing. */
  static final long PREFACE_SECONDS = 10;

  private static final int END_STREAM = 0x1;
  private static final int ACK = 0x1;

  /** A gRPC message begins with a flag and four bytes of length: no part of it is smaller. */
  private static final int SMALLEST_MESSAGE = 5;

  /** Types of frames, by number, that this class tells apart: RFC 9113, 6. */
  private static final int RST_STREAM = 3;

  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;
  private static final int HEADERS = 1;

  /** GOAWAY, of the connection, with ENHANCE_YOUR_CALM: RFC 9113, 6.8 and 7. */
  private static final byte[] ENHANCE_YOUR_CALM = {
    0, 0, 8, 7, 0, 0, 0, 0, 0, Byte.MAX_VALUE, -1, -1, -1, 0, 0, 0, 11
  };

  private final PeerLimits.Connection connection;
  private final LongSupplier nanoTime;
  private final FrameReader reader = new FrameReader(this::count);
  private long windowBegan;
  private int smallData;
  private int settings;
  private int others;
  private int pings;
  private int writes;
  private long reads;
  private @Nullable String fault;
  private @Nullable Future<?> untilPreface;

  /**
   * A guard.
   *
   * @param connection which it closes at the end
   */
  FrameGuard(PeerLimits.Connection connection, LongSupplier nanoTime) {
    this.connection = connection;
    this.nanoTime = nanoTime;
    this.windowBegan = nanoTime.getAsLong();
  }

  /** Behind TLS it is added to a connection that is active already. */
  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (context.channel().isActive()) {
      awaitPreface(context);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    awaitPreface(context);
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cancelTimer();
    connection.close();
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    reads++;
    if (fault != null) {
      ReferenceCountUtil.release(message);
      return;
    }
    reader.read((ByteBuf) message);
    if (reader.hasPreface()) {
      cancelTimer();
    }
    if (fault == null) {
      context.fireChannelRead(message);
    } else {
      ReferenceCountUtil.release(message);
      hangUp(context, fault);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    writes++;
    var _ = context.write(message, promise);
  }

  /** How many pieces it has read, of whatever size. */
  long reads() {
    return reads;
  }

  /** Counts a frame, if it is of a kind that is limited. */
  private void count(int type, int flags, int content) {
    long now = nanoTime.getAsLong();
    if (now - windowBegan >= WINDOW_NANOS) {
      windowBegan = now;
      smallData = settings = others = pings = writes = 0;
    }
    switch (type) {
      case FrameReader.DATA -> {
        // The last frame of a request is often empty.
        if (content < SMALLEST_MESSAGE
            && (flags & END_STREAM) == 0
            && ++smallData > MAX_IDLE_FRAMES) {
          fault = "small DATA frames";
        }
      }
      case SETTINGS -> {
        if ((flags & ACK) == 0 && ++settings > MAX_IDLE_FRAMES) {
          fault = "SETTINGS frames";
        }
      }
      case PING -> {
        // Clients ping after what they receive, to learn how much is on its way.
        if (++pings > MAX_IDLE_FRAMES + writes) {
          fault = "PING frames";
        }
      }
      case RST_STREAM -> {
        if (!connection.mayReset()) {
          fault = "RST_STREAM frames";
        }
      }
      case HEADERS, CONTINUATION, WINDOW_UPDATE -> {
        // grpc-java limits the first two; the third costs its reader nothing that lasts.
      }
      default -> {
        if (++others > MAX_IDLE_FRAMES) {
          fault = "PRIORITY or unknown frames";
        }
      }
    }
  }

  private void hangUp(ChannelHandlerContext context, String because) {
    fault = because;
    connection.refused(because);
    // Closes from here: what comes after would wait for its streams, and for their answers.
    var _ =
        context
            .writeAndFlush(Unpooled.wrappedBuffer(ENHANCE_YOUR_CALM))
            .addListener(_ -> {
              var _ = context.close();
            });
  }

  private void awaitPreface(ChannelHandlerContext context) {
    cancelTimer();
    untilPreface =
        context
            .executor()
            .schedule(
                () -> hangUp(context, "no preface in %s s".formatted(PREFACE_SECONDS)),
                PREFACE_SECONDS,
                TimeUnit.SECONDS);
  }

  private void cancelTimer() {
    if (untilPreface != null) {
      untilPreface.cancel(false);
      untilPreface = null;
    }
  }
}
