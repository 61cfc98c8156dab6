package com.minhacarona.runtime.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who gets through which port of a real server. */
class TlsTest {
  private static final Pki PKI = new Pki();
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.tls(PKI.config(PKI.server()), TestServer.NO_STORE, Echo.module(Echo::say));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theFirstPort_needsNoClientCertificate() {
    assertAnswers(Door.LOAD_BALANCER, PKI.trusting());
    assertAnswers(Door.LOAD_BALANCER, PKI.trusting(PKI.client("spiffe://test/one")));
  }

  @Test
  void plaintext_isRefused() {
    assertRefuses(Door.LOAD_BALANCER, InsecureChannelCredentials.create());
    assertRefuses(Door.MTLS, InsecureChannelCredentials.create());
  }

  @Test
  void theSecondPort_needsAClientCertificate_ofItsCa_inTime() {
    assertAnswers(Door.MTLS, PKI.trusting(PKI.client("spiffe://test/one")));
    assertRefuses(Door.MTLS, PKI.trusting());
    assertRefuses(Door.MTLS, PKI.trusting(new Pki().client("spiffe://test/one")));
    assertRefuses(
        Door.MTLS, PKI.trusting(PKI.client(Instant.now().minusSeconds(1), "spiffe://test/one")));
  }

  @Test
  void aServer_ofAnotherCa_isNotTrusted() {
    assertRefuses(Door.LOAD_BALANCER, new Pki().trusting());
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
}
