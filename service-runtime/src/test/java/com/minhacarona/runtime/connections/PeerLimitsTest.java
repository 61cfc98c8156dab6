package com.minhacarona.runtime.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerLimitsTest {
  private final AtomicLong now = new AtomicLong();
  private final PeerLimits limits = new PeerLimits(now::get);

  @Test
  void connections_ofAnAddress_areLimited_andItsNeighbourIsNot() {
    List<PeerLimits.Connection> open = connect(1, PeerLimits.MAX_OF_A_PEER);
    assertThat(limits.connect(address(1))).isEmpty();
    assertThat(limits.connect(address(2))).isPresent();
    open.getFirst().close();
    assertThat(limits.connect(address(1))).isPresent();
    open.getFirst().close();
    assertThat(limits.connect(address(1))).as("closed once only").isEmpty();
  }

  @Test
  void connections_ofAll_areLimited_butForAddressesThatHaveFew() {
    for (int peer = 0; peer < PeerLimits.MAX_CONNECTIONS / PeerLimits.MAX_OF_A_PEER; peer++) {
      var _ = connect(peer, PeerLimits.MAX_OF_A_PEER);
    }
    var _ = connect(100, PeerLimits.FEW);
    assertThat(limits.connect(address(100))).isEmpty();
    assertThat(limits.connect(address(101))).isPresent();
    for (int i = 0; i < PeerLimits.RESERVE - PeerLimits.FEW - 1; i++) {
      assertThat(limits.connect(address(1_000 + i))).isPresent();
    }
    assertThat(limits.connect(address(3_000))).as("the reserve is used up").isEmpty();
  }

  @Test
  void connects_inAWindow_areLimited() {
    for (int i = 0; i < PeerLimits.MAX_CONNECTS; i++) {
      limits.connect(address(1)).orElseThrow().close();
    }
    assertThat(limits.connect(address(1))).isEmpty();
    now.addAndGet(PeerLimits.WINDOW_NANOS);
    assertThat(limits.connect(address(1))).isPresent();
  }

  @Test
  void connects_withTls_countForFive() {
    for (int i = 0; i < PeerLimits.MAX_CONNECTS / PeerLimits.TLS_CONNECT; i++) {
      limits.connect(address(1), true).orElseThrow().close();
    }
    assertThat(limits.connect(address(1), true)).isEmpty();
    assertThat(limits.connect(address(2), true)).isPresent();
    now.addAndGet(PeerLimits.WINDOW_NANOS);
    assertThat(limits.connect(address(1), true)).isPresent();
  }

  @Test
  void resets_inAWindow_areLimited() {
    PeerLimits.Connection connection = limits.connect(address(1)).orElseThrow();
    for (int i = 0; i < PeerLimits.MAX_RESETS; i++) {
      assertThat(connection.mayReset()).isTrue();
    }
    assertThat(connection.mayReset()).isFalse();
    assertThat(limits.connect(address(2)).orElseThrow().mayReset()).isTrue();
    now.addAndGet(PeerLimits.WINDOW_NANOS);
    assertThat(connection.mayReset()).isTrue();
  }

  @Test
  void addresses_thatAreGone_areForgottenAfterTheirWindow() {
    for (int i = 0; i < 1_000; i++) {
      limits.connect(address(i)).orElseThrow().close();
    }
    now.addAndGet(PeerLimits.WINDOW_NANOS);
    assertThat(limits.connect(address(5_000))).isPresent();
    assertThat(limits.size()).isEqualTo(1);
  }

  private List<PeerLimits.Connection> connect(int peer, int times) {
    List<PeerLimits.Connection> connections = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      connections.add(limits.connect(address(peer)).orElseThrow());
    }
    return connections;
  }

  private static InetAddress address(int number) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
