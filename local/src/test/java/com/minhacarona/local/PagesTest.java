package com.minhacarona.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.process.PortInUseException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** The page of meters. */
class MetricsPageTest {

  @Test
  void start_onATakenPort_namesPortAndVariable() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> MetricsPage.start(taken.getLocalPort()))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContainingAll(
              Integer.toString(taken.getLocalPort()), "MINHA_CARONA_METRICS_PORT");
    }
  }
}
