package com.minhacarona.runtime.connections;

import static com.minhacarona.runtime.testing.Frames.DATA;
import static com.minhacarona.runtime.testing.Frames.END_STREAM;
import static com.minhacarona.runtime.testing.Frames.frame;
import static com.minhacarona.runtime.testing.Frames.headers;
import static com.minhacarona.runtime.testing.Frames.hello;
import static com.minhacarona.runtime.testing.Frames.times;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.KeyChanges;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.runtime.testing.TlsSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A real server closes connections that misuse TLS, or what is in it, and answers the others. */
class TlsGuardTest {
  private static final Pki PKI = new Pki();
  private static final byte[] ENHANCE_YOUR_CALM = {0, 0, 0, 11};
  private static final String CHECK = "grpc.health.v1.Health/Check";

  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private TestServer server;
  private int port;

  @BeforeEach
  void start() {
    server = TestServer.tls(PKI.config(PKI.server()), TestServer.NO_STORE, Echo.module(Echo::say));
    said.start();
    ((Logger) LoggerFactory.getLogger(PeerLimits.class)).addAppender(said);
    port = server.port(Door.LOAD_BALANCER);
    assertThat(Echo.call(server.channel(), "before")).isEqualTo("before");
  }

  @AfterEach
  void stop() {
    ((Logger) LoggerFactory.getLogger(PeerLimits.class)).detachAppender(said);
    assertThat(Echo.call(server.channel(), "after")).isEqualTo("after");
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void emptyFrames_insideTls_endTheirConnection(String protocol) throws Exception {
    try (TlsSocket socket = new TlsSocket(port, protocol, PKI)) {
      socket.write(hello());
      socket.write(headers(1, CHECK, Map.of()));
      socket.write(times(FrameGuard.MAX_IDLE_FRAMES + 1, frame(DATA, 0, 1)));
      assertThat(socket.lastBytes()).isEqualTo(ENHANCE_YOUR_CALM);
    }
  }

  /** Each call is some records of its own, many of them are on their way at a time. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientThatWorks_inManySmallRecords_isNeverClosed(String protocol) throws Exception {
    try (TlsSocket socket = new TlsSocket(port, protocol, PKI)) {
      socket.write(hello());
      for (int stream = 1; stream < 4_000; stream += 2) {
        for (byte piece : headers(stream, CHECK, Map.of())) {
          if (stream % 100 == 1) {
            socket.write(new byte[] {piece}); // One byte a record.
          }
        }
        if (stream % 100 != 1) {
          socket.write(headers(stream, CHECK, Map.of()));
        }
        socket.write(frame(DATA, END_STREAM, stream, new byte[5]));
      }
      assertThat(socket.answersPing()).isTrue();
    }
  }

  @Test
  void renegotiation_isRefused() throws Exception {
    try (TlsSocket socket = new TlsSocket(port, "TLSv1.2", PKI)) {
      socket.write(hello());
      assertThat(socket.answersPing()).isTrue();
      assertThat(
              hangsUp(() -> {
                socket.renegotiate();
                return !socket.answersPing();
              }))
          .isTrue();
    }
    // Something else might have closed it.
    assertThat(said.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("Hung up: renegotiation of TLS");
  }

  @Test
  @Tag("process")
  void changesOfTheKey_withoutEnd_endTheirConnection() throws Exception {
    assertThat(KeyChanges.areSurvived(port, PKI, TlsGuard.MAX_IDLE_RECORDS / 2)).isTrue();
    assertThat(KeyChanges.areSurvived(port, PKI, 2 * TlsGuard.MAX_IDLE_RECORDS)).isFalse();
  }

  @Test
  void aHandshake_inEndlessPieces_isCutOff() throws Exception {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setSoTimeout(10_000);
      // The first byte of a ClientHello of 16 KB, and then one byte more a record.
      socket.getOutputStream().write(new byte[] {22, 3, 1, 0, 4, 1, 0, 64, 0});
      socket
          .getOutputStream()
          .write(times(TlsGuard.MAX_HANDSHAKE_RECORDS - 1, new byte[] {22, 3, 1, 0, 1, 0}));
      socket.getOutputStream().write(new byte[] {22, 3, 1, 0, 1, 0});
      assertThat(hangsUp(() -> socket.getInputStream().read() == -1)).isTrue();
    }
  }

  private interface Reading {
    boolean isOver() throws IOException;
  }

  /** Whether a connection ends, in whatever way; an answer that never comes is a failure. */
  private static boolean hangsUp(Reading reading) throws IOException {
    try {
      return reading.isOver();
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException _) {
      return true;
    }
  }
}
