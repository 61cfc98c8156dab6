package com.minhacarona.runtime.interceptors;

import static com.minhacarona.runtime.testing.Frames.DATA;
import static com.minhacarona.runtime.testing.Frames.END_STREAM;
import static com.minhacarona.runtime.testing.Frames.frame;
import static com.minhacarona.runtime.testing.Frames.headers;
import static com.minhacarona.runtime.testing.Frames.hello;
import static com.minhacarona.runtime.testing.Frames.helloWithWindow;
import static com.minhacarona.runtime.testing.Frames.join;
import static com.minhacarona.runtime.testing.RawClient.framed;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that does not send, does not read, or sends much at once, holds up nobody. */
class HeldCallsTest {
  private static final byte[] MESSAGE = framed(0, StringValue.of("oi").toByteArray());

  /** More than there are permits for work, and fewer than calls on a connection. */
  private static final int HELD = 600;

  @ParameterizedTest
  @ValueSource(strings = {"test.Echo/Say", "test.Echo/Stream", "test.Echo/Chat"})
  void callsWithoutTheirMessage_holdNoPermit(String method) throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say));
        Socket socket = connect(server)) {
      OutputStream out = socket.getOutputStream();
      out.write(hello());
      for (int i = 0; i < HELD; i++) {
        out.write(headers(2 * i + 1, method, Map.of()));
      }
      // Answered after all that came before on this connection.
      roundTrip(socket, "test.Echo/Say", 2 * HELD + 1);
      assertThat(Echo.call(server.channel(), "oi")).isEqualTo("oi");
    }
  }

  @Test
  void answersThatAreNotRead_holdNoPermit() throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say));
        Socket socket = connect(server)) {
      OutputStream out = socket.getOutputStream();
      out.write(helloWithWindow(0));
      for (int i = 0; i < HELD; i++) {
        out.write(headers(2 * i + 1, "test.Echo/Say", Map.of()));
        out.write(frame(DATA, END_STREAM, 2 * i + 1, MESSAGE));
      }
      // Their headers are not subject to the window: all of them were answered.
      awaitHeaders(socket, HELD);
      assertThat(Echo.call(server.channel(), "oi")).isEqualTo("oi");
    }
  }

  @Test
  void anAnswerThatIsNotRead_isResetAtTheDeadline() throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say));
        Socket socket = connect(server)) {
      OutputStream out = socket.getOutputStream();
      out.write(
          join(
              helloWithWindow(0),
              headers(1, "test.Echo/Say", Map.of("grpc-timeout", "200m")),
              frame(DATA, END_STREAM, 1, MESSAGE)));
      awaitFrame(socket, 3);
    }
  }

  @Test
  void healthOfAnotherAddress_isAnswered_whateverOneAddressHolds() throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say));
        Socket socket = connectFromAnotherAddress(server)) {
      OutputStream out = socket.getOutputStream();
      out.write(hello());
      for (int i = 0; i <= OpenMethodsInterceptor.MAX_CALLS_OF_A_PEER; i++) {
        out.write(headers(2 * i + 1, "grpc.health.v1.Health/Check", Map.of()));
      }
      // The last one has no place, and is told so at once.
      awaitHeaders(socket, 1);
      assertThat(
              HealthGrpc.newBlockingStub(server.channel())
                  .check(HealthCheckRequest.getDefaultInstance()))
          .isNotNull();
      assertThat(Echo.call(server.channel(), CallOptions.DEFAULT, "oi")).isEqualTo("oi");
    }
  }

  @Test
  void burstOfOneAddress_takesNotAllPermits() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Echo.Behaviour slowForTheBurst =
        (request, responses) -> {
          if (!request.getValue().equals("oi")) {
            release.await();
          }
          Echo.say(request, responses);
        };
    byte[] message = framed(0, StringValue.of("burst").toByteArray());
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(slowForTheBurst));
        Socket socket = connectFromAnotherAddress(server)) {
      OutputStream out = socket.getOutputStream();
      out.write(hello());
      for (int i = 0; i < HELD; i++) {
        out.write(headers(2 * i + 1, "test.Echo/Say", Map.of()));
        out.write(frame(DATA, END_STREAM, 2 * i + 1, message));
      }
      // The first answer is a refusal: the address has all permits that it gets.
      awaitHeaders(socket, 1);
      assertThat(Echo.call(server.channel(), "oi")).isEqualTo("oi");
      release.countDown();
    }
  }

  private static Socket connectFromAnotherAddress(TestServer server) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), 0));
    socket.connect(
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(), server.instance(Service.class).port()));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static Socket connect(TestServer server) throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), server.instance(Service.class).port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void roundTrip(Socket socket, String method, int stream) throws IOException {
    socket
        .getOutputStream()
        .write(join(headers(stream, method, Map.of()), frame(DATA, END_STREAM, stream, MESSAGE)));
    awaitFrame(socket, 1);
  }

  private static void awaitHeaders(Socket socket, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      awaitFrame(socket, 1);
    }
  }

  /** Reads frames up to one of this type. */
  private static void awaitFrame(Socket socket, int type) throws IOException {
    while (true) {
      byte[] header = socket.getInputStream().readNBytes(9);
      assertThat(header).as("a frame of type " + type).hasSize(9);
      int length = ((header[0] & 0xff) << 16) | ((header[1] & 0xff) << 8) | (header[2] & 0xff);
      byte[] payload = socket.getInputStream().readNBytes(length);
      if (header[3] == type) {
        return;
      }
      assertThat(header[3]).as(Arrays.toString(payload)).isNotEqualTo((byte) 7);
    }
  }
}
