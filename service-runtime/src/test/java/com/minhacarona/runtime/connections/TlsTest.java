package com.minhacarona.runtime.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.minhacarona.runtime.interceptors.InterceptorsModule;
import com.minhacarona.runtime.process.PortInUseException;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.server.ServiceConfig;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Frames;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.RawClient;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.Attributes;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets through which port of a real server, and what its calls know of that. */
class TlsTest {
  private static final Pki PKI = new Pki();
  private static final AtomicReference<Attributes> SEEN = new AtomicReference<>();
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.tls(
            PKI.config(PKI.server()), TestServer.NO_STORE, Echo.module(Echo::say), new Seeing());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theFirstPort_asksForNoCertificate() {
    assertAnswers(Door.LOAD_BALANCER, PKI.trusting());
    assertAnswers(Door.LOAD_BALANCER, PKI.trusting(PKI.client("spiffe://test/one")));
    assertThat(SEEN.get().get(Door.OF_TRANSPORT)).isEqualTo(Door.LOAD_BALANCER);
    assertThat(SEEN.get().get(PeerCertificate.OF_TRANSPORT)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void plaintext_isRefused(Door door) {
    assertRefuses(door, InsecureChannelCredentials.create());
  }

  @Test
  void theSecondPort_tellsCallsWhoseCertificateItIs() {
    Instant until = Instant.now().plusSeconds(5_000);
    assertAnswers(
        Door.MTLS, PKI.trusting(PKI.client(until, "spiffe://test/one", "one.test", "a.test")));
    assertThat(SEEN.get().get(Door.OF_TRANSPORT)).isEqualTo(Door.MTLS);
    PeerCertificate peer = Objects.requireNonNull(SEEN.get().get(PeerCertificate.OF_TRANSPORT));
    assertThat(peer.names()).containsExactlyInAnyOrder("spiffe://test/one", "one.test", "a.test");
    assertThat(peer.until().getEpochSecond()).isEqualTo(until.getEpochSecond());
  }

  @Test
  void aCommonName_isNoName() {
    assertAnswers(Door.MTLS, PKI.trusting(PKI.client()));
    assertThat(Objects.requireNonNull(SEEN.get().get(PeerCertificate.OF_TRANSPORT)).names())
        .isEmpty();
  }

  /** A client that connects again shows no certificate again: the server remembers it. */
  @Test
  void aResumedSession_knowsItsCertificate() {
    ChannelCredentials credentials = PKI.trusting(PKI.client("spiffe://test/again"));
    byte[] first = null;
    for (int i = 0; i < 3; i++) {
      assertAnswers(Door.MTLS, credentials);
      assertThat(Objects.requireNonNull(SEEN.get().get(PeerCertificate.OF_TRANSPORT)).names())
          .containsExactly("spiffe://test/again");
      byte[] id = Objects.requireNonNull(SEEN.get().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)).getId();
      assertThat(id).isNotEqualTo(first);
      first = id;
    }
  }

  @Test
  void theSecondPort_refusesWhoeverItsCaDoesNotKnow() {
    assertRefuses(Door.MTLS, PKI.trusting());
    assertRefuses(Door.MTLS, PKI.trusting(new Pki().client("spiffe://test/one")));
    assertRefuses(
        Door.MTLS, PKI.trusting(PKI.client(Instant.now().minusSeconds(1), "spiffe://test/one")));
    assertRefuses(Door.MTLS, PKI.trusting(PKI.server()));
    assertAnswers(Door.MTLS, PKI.trusting(PKI.client("spiffe://test/one")));
  }

  @Test
  void aSecondPort_thatIsTaken_isNamed() {
    ServiceConfig config =
        TestServer.withTls(PKI.config(PKI.server()), TestServer.config(TestServer.NO_STORE));
    int taken = server.port(Door.MTLS);
    ListenerConfig listener = config.server().listener();
    ServiceConfig second =
        config.withServer(
            config
                .server()
                .with(new ListenerConfig(0, "PORT", taken, "MTLS_PORT", listener.tls(), false)));
    Service service =
        TestServer.injector(second, Echo.module(Echo::say)).getInstance(Service.class);
    assertThatThrownBy(service::start)
        .isInstanceOf(PortInUseException.class)
        .hasMessage(
            "Port %d is in use: stop what listens there, or set MTLS_PORT to another port", taken);
  }

  @Test
  void onLoopbackOnly_noOtherAddressOfTheMachineAnswers() throws Exception {
    ServiceConfig config = TestServer.config(TestServer.NO_STORE);
    for (boolean loopbackOnly : new boolean[] {true, false}) {
      try (TestServer open =
          TestServer.netty(
              config.withServer(config.server().withLoopbackOnly(loopbackOnly)),
              Echo.module(Echo::say))) {
        assertThat(Echo.call(open.channel(), "oi")).isEqualTo("oi");
        // It is an address of this machine on Linux, as those of its network are.
        assertThat(connects("127.0.0.2", open.port(Door.LOAD_BALANCER))).isEqualTo(!loopbackOnly);
      }
    }
  }

  private static boolean connects(String address, int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral(address), port)) {
      return socket.isConnected();
    } catch (ConnectException _) {
      return false;
    }
  }

  @Test
  void rawHttp2_overTls_isAnsweredToo() throws Exception {
    try (RawClient client = new RawClient(server.port(Door.LOAD_BALANCER), Optional.of(PKI))) {
      assertThat(
              client
                  .call("test.Echo/Say", List.of(), true, RawClient.framed(0, new byte[0]))
                  .getStatus()
                  .getCode())
          .isEqualTo(Code.OK);
    }
  }

  @Test
  void aServer_ofAnotherCa_isNotTrusted() {
    assertRefuses(Door.LOAD_BALANCER, new Pki().trusting());
  }

  @Test
  void tls11_isRefused() throws Exception {
    try (Socket socket =
        new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port(Door.LOAD_BALANCER))) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(clientHello(0x0302));
      byte[] answer = socket.getInputStream().readNBytes(7);
      assertThat(answer[0]).as("an alert").isEqualTo((byte) 21);
      assertThat(answer[6]).as("protocol_version").isEqualTo((byte) 70);
    }
  }

  /** A ClientHello without extensions, which offers AES of each kind. */
  private static byte[] clientHello(int version) {
    ByteBuffer hello = ByteBuffer.allocate(47);
    hello.putShort((short) version).put(new byte[32]).put((byte) 0);
    hello.putShort((short) 8).putShort((short) 0xc009).putShort((short) 0xc013);
    hello.putShort((short) 0xc02b).putShort((short) 0xc02f).put((byte) 1).put((byte) 0);
    byte[] body = java.util.Arrays.copyOf(hello.array(), hello.position());
    byte[] handshake =
        Frames.join(ByteBuffer.allocate(4).putInt((1 << 24) | body.length).array(), body);
    return Frames.join(
        new byte[] {22, 3, 1},
        ByteBuffer.allocate(2).putShort((short) handshake.length).array(),
        handshake);
  }

  private static void assertAnswers(Door door, ChannelCredentials credentials) {
    ManagedChannel channel = server.channel(door, credentials);
    try {
      assertThat(Echo.call(channel, "oi")).isEqualTo("oi");
    } finally {
      channel.shutdownNow();
    }
  }

  private static void assertRefuses(Door door, ChannelCredentials credentials) {
    ManagedChannel channel = server.channel(door, credentials);
    try {
      assertThatThrownBy(() -> Echo.call(channel, "oi"))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE));
    } finally {
      channel.shutdownNow();
    }
  }

  /** Remembers what the last call knew of its connection. */
  private static final class Seeing extends AbstractModule {
    @Override
    protected void configure() {
      InterceptorsModule.tracing(binder())
          .addBinding()
          .toInstance(
              new ServerInterceptor() {
                @Override
                public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
                    ServerCall<ReqT, RespT> call,
                    Metadata headers,
                    ServerCallHandler<ReqT, RespT> next) {
                  SEEN.set(call.getAttributes());
                  return next.startCall(call, headers);
                }
              });
    }
  }
}
