package com.minhacarona.runtime.connections;

import static com.minhacarona.runtime.testing.Frames.DATA;
import static com.minhacarona.runtime.testing.Frames.frame;
import static com.minhacarona.runtime.testing.Frames.headers;
import static com.minhacarona.runtime.testing.Frames.hello;
import static com.minhacarona.runtime.testing.Frames.times;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A real server tells a connection that floods it to calm down, and answers the others. */
class FloodTest {
  private static final byte[] ENHANCE_YOUR_CALM = {0, 0, 0, 11};

  @Test
  void emptyFrames_endTheirConnection_andNoOther() throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say))) {
      assertThat(Echo.call(server.channel(), "before")).isEqualTo("before");
      assertThat(
              lastBytes(
                  server.instance(Service.class).port(),
                  hello(),
                  headers(1, "grpc.health.v1.Health/Check", Map.of()),
                  times(FrameGuard.MAX_IDLE_FRAMES + 1, frame(DATA, 0, 1))))
          .isEqualTo(ENHANCE_YOUR_CALM);
      assertThat(Echo.call(server.channel(), "after")).isEqualTo("after");
    }
  }

  @Test
  void connections_ofOneAddressBeyondItsLimit_areClosedAtOnce() throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say))) {
      assertThat(Echo.call(server.channel(), "before")).isEqualTo("before");
      int port = server.instance(Service.class).port();
      Socket[] open = new Socket[PeerLimits.MAX_OF_A_PEER - 1];
      for (int i = 0; i < open.length; i++) {
        open[i] = new Socket(InetAddress.getLoopbackAddress(), port);
        // The server accepts in order; a frame of its own says that it has.
        open[i].getOutputStream().write(hello());
        assertThat(open[i].getInputStream().read()).isNotEqualTo(-1);
      }
      assertThat(lastBytes(port, hello())).isEmpty();
      assertThat(Echo.call(server.channel(), "after")).isEqualTo("after");
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  /** What the server says last before it closes the connection: four bytes, or none. */
  private static byte[] lastBytes(int port, byte[]... sent) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      try {
        for (byte[] bytes : sent) {
          out.write(bytes);
        }
        byte[] all = socket.getInputStream().readAllBytes();
        return Arrays.copyOfRange(all, Math.max(0, all.length - 4), all.length);
      } catch (java.net.SocketException _) {
        return new byte[0]; // It was reset.
      }
    }
  }
}
