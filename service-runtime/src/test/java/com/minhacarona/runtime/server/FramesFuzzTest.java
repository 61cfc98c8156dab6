package com.minhacarona.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Whatever comes after the preface of a connection, calls on other connections are answered. */
@Tag("fuzz")
class FramesFuzzTest {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final int TIMEOUT_MS = 5_000;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static int port() {
    return server.instance(Service.class).port();
  }

  @FuzzTest
  void frames_ofAnyBytes_disturbNobodyElse(byte[] frames) throws Exception {
    var _ = BugDetectors.allowNetworkConnections((_, port) -> port == port());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(TIMEOUT_MS);
      OutputStream out = socket.getOutputStream();
      out.write(PREFACE);
      out.write(SETTINGS);
      out.write(frames);
      socket.shutdownOutput();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // The server may hang up on garbage whenever it wants.
    }
    StringValue answer =
        ClientCalls.blockingUnaryCall(
            server.channel(), Echo.METHOD, CallOptions.DEFAULT, StringValue.of("oi"));
    assertThat(answer.getValue()).isEqualTo("oi");
  }
}
