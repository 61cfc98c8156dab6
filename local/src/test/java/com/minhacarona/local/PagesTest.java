package com.minhacarona.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.process.PortInUseException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** Meters and mailbox. */
class PagesTest {

  @Test
  void start_onATakenPort_namesPortAndVariable() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> Pages.start(taken.getLocalPort(), new Mailbox(Clock.systemUTC(), _ -> {})))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContainingAll(
              Integer.toString(taken.getLocalPort()), "MINHA_CARONA_METRICS_PORT");
    }
  }
}
