package com.minhacarona.runtime.connections;

import static com.minhacarona.runtime.testing.Frames.ACK;
import static com.minhacarona.runtime.testing.Frames.DATA;
import static com.minhacarona.runtime.testing.Frames.END_STREAM;
import static com.minhacarona.runtime.testing.Frames.PADDED;
import static com.minhacarona.runtime.testing.Frames.PING;
import static com.minhacarona.runtime.testing.Frames.PRIORITY;
import static com.minhacarona.runtime.testing.Frames.RST_STREAM;
import static com.minhacarona.runtime.testing.Frames.SETTINGS;
import static com.minhacarona.runtime.testing.Frames.UNKNOWN;
import static com.minhacarona.runtime.testing.Frames.WINDOW_UPDATE;
import static com.minhacarona.runtime.testing.Frames.frame;
import static com.minhacarona.runtime.testing.Frames.headers;
import static com.minhacarona.runtime.testing.Frames.hello;
import static com.minhacarona.runtime.testing.Frames.join;
import static com.minhacarona.runtime.testing.Frames.times;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameGuardTest {
  private final AtomicLong now = new AtomicLong();
  private final PeerLimits limits = new PeerLimits(now::get);
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new FrameGuard(limits.connect(InetAddress.getLoopbackAddress()).orElseThrow(), now::get));

  /** Kinds of frames of which a connection may bring a thousand in a window. */
  enum Limited {
    EMPTY_DATA(frame(DATA, 0, 1)),
    DATA_TOO_SMALL_FOR_A_MESSAGE(frame(DATA, 0, 1, new byte[4])),
    DATA_OF_PADDING_ONLY(frame(DATA, PADDED, 1, new byte[] {9, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
    DATA_WITH_MORE_PADDING_THAN_PAYLOAD(frame(DATA, PADDED, 1, new byte[] {99, 0})),
    SETTINGS_FRAMES(frame(SETTINGS, 0, 0)),
    PINGS(frame(PING, 0, 0, new byte[8])),
    PRIORITIES(frame(PRIORITY, 0, 1, new byte[5])),
    UNKNOWN_TYPE(frame(UNKNOWN, 0, 0, new byte[3]));

    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] bytes;

    Limited(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  @ParameterizedTest
  @EnumSource
  void idleFrames_ofAKind_areLimitedInAWindow(Limited kind) {
    // The greeting has one SETTINGS frame of its own.
    int allowed = FrameGuard.MAX_IDLE_FRAMES - (kind == Limited.SETTINGS_FRAMES ? 1 : 0);
    send(hello());
    send(times(allowed, kind.bytes));
    assertThat(channel.isOpen()).isTrue();
    now.addAndGet(FrameGuard.WINDOW_NANOS);
    send(times(FrameGuard.MAX_IDLE_FRAMES, kind.bytes));
    assertThat(channel.isOpen()).isTrue();
    send(kind.bytes);
    assertThat(channel.isOpen()).isFalse();
    ByteBuf farewell = channel.readOutbound();
    assertThat(farewell.getByte(3)).as("type").isEqualTo((byte) 7);
    assertThat(farewell.getInt(13)).as("ENHANCE_YOUR_CALM").isEqualTo(11);
    farewell.release();
  }

  @Test
  void bytes_cutAnywhere_areCountedTheSame() {
    byte[] all =
        join(
            hello(),
            headers(1, "test.Echo/Say", Map.of()),
            frame(DATA, PADDED, 1, new byte[] {2, 0, 0, 0, 0, 4, 1, 2, 3, 4, 0, 0}),
            times(FrameGuard.MAX_IDLE_FRAMES, frame(DATA, 0, 1)),
            frame(DATA, END_STREAM, 1));
    for (int first = 0; first < 120; first++) {
      for (int step : new int[] {1, 2, 7, 8, 9, 10, all.length}) {
        EmbeddedChannel cut =
            new EmbeddedChannel(
                new FrameGuard(
                    new PeerLimits(now::get)
                        .connect(InetAddress.getLoopbackAddress())
                        .orElseThrow(),
                    now::get));
        int at = 0;
        while (at < all.length) {
          int length = Math.min(at == 0 && first > 0 ? first : step, all.length - at);
          cut.writeInbound(Unpooled.copiedBuffer(all, at, length));
          at += length;
        }
        assertThat(cut.isOpen()).as("%s, then %s", first, step).isTrue();
        cut.writeInbound(Unpooled.copiedBuffer(frame(DATA, 0, 1)));
        assertThat(cut.isOpen()).as("%s, then %s", first, step).isFalse();
        cut.releaseInbound();
        cut.releaseOutbound();
      }
    }
  }

  @Test
  void aClientThatWorks_isNeverClosed() {
    send(hello());
    byte[] call =
        join(
            headers(1, "test.Echo/Say", Map.of()),
            frame(DATA, 0, 1, new byte[20]),
            frame(DATA, END_STREAM, 1),
            frame(WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 1, 0}),
            frame(SETTINGS, ACK, 0));
    for (int i = 0; i < 20_000; i++) {
      send(call);
    }
    assertThat(channel.isOpen()).isTrue();
  }

  /** Clients of grpc-go and C measure what is on its way by a ping after what they receive. */
  @Test
  void pings_onePerWrite_areNotLimited() {
    send(hello());
    for (int i = 0; i < 5 * FrameGuard.MAX_IDLE_FRAMES; i++) {
      channel.writeOutbound(Unpooled.EMPTY_BUFFER);
      channel.releaseOutbound();
      send(frame(PING, 0, 0, new byte[8]));
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void resets_ofAllConnectionsOfAPeer_closeTheOneThatIsOver() {
    PeerLimits.Connection other = limits.connect(InetAddress.getLoopbackAddress()).orElseThrow();
    for (int i = 0; i < PeerLimits.MAX_RESETS - 1; i++) {
      assertThat(other.mayReset()).isTrue();
    }
    send(hello());
    send(frame(RST_STREAM, 0, 1, new byte[4]));
    assertThat(channel.isOpen()).isTrue();
    send(frame(RST_STREAM, 0, 3, new byte[4]));
    assertThat(channel.isOpen()).isFalse();
    channel.releaseOutbound();
  }

  @Test
  void aConnection_withoutAPreface_isClosed() {
    channel.writeInbound(Unpooled.copiedBuffer(hello(), 0, 23));
    channel.advanceTimeBy(FrameGuard.PREFACE_SECONDS + 1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    channel.releaseInbound();
    channel.releaseOutbound();
  }

  @Test
  void aConnection_withAPreface_leavesNoTimer() {
    send(hello());
    channel.advanceTimeBy(FrameGuard.PREFACE_SECONDS + 1, TimeUnit.SECONDS);
    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void bytes_thatAreCounted_arePassedOnAsTheyAre() {
    byte[] all = join(hello(), frame(DATA, 0, 1, new byte[] {1, 2, 3}));
    channel.writeInbound(Unpooled.copiedBuffer(all));
    ByteBuf passed = channel.readInbound();
    byte[] read = new byte[passed.readableBytes()];
    passed.readBytes(read);
    passed.release();
    assertThat(read).isEqualTo(all);
  }

  private void send(byte[] bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes));
    channel.releaseInbound();
  }
}
