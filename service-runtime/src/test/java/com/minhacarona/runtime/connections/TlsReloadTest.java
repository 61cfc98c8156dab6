package com.minhacarona.runtime.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.server.FrequentChecks;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.runtime.testing.TlsSocket;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replaces certificates under a server that runs. */
class TlsReloadTest {
  private static final Pki PKI = new Pki();

  @TempDir Path temporary;
  private final Pki.Signed first = PKI.server();
  private final Pki.Signed second = PKI.server(Instant.now().plus(Duration.ofDays(20)));
  private Pki.Folder files;
  private TestServer server;

  @BeforeEach
  void start() {
    files = new Pki.Folder(temporary);
    replace(first);
    files.clientCa(PKI.pem());
    server =
        TestServer.tls(
            files.config(), TestServer.NO_STORE, Echo.module(Echo::say), new FrequentChecks());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aNewCertificate_isForNewConnections_andTheOldOnesGoOn() throws Exception {
    assertThat(Echo.call(server.channel(), "before")).isEqualTo("before");
    assertThat(daysLeft()).isBetween(89.0, 90.0);
    replace(second);
    await().untilAsserted(() -> assertThat(shown()).isEqualTo(second.certificate()));
    // The channel's trust is in the first certificate alone, so this is the old connection.
    assertThat(Echo.call(server.channel(), "after")).isEqualTo("after");
    assertThat(daysLeft()).isBetween(19.0, 20.0);
    // A moment between the two files may have been seen.
    assertThat(shown()).isEqualTo(second.certificate());
  }

  @Test
  void halfOfAPair_keepsTheOldOne_untilBothFit() throws Exception {
    files.certificate(second.pem());
    awaitFailure();
    assertThat(shown()).isEqualTo(first.certificate());
    files.key(second.keyPem());
    await().untilAsserted(() -> assertThat(shown()).isEqualTo(second.certificate()));
  }

  @Test
  void badCertificates_keepTheOldOne() throws Exception {
    files.certificate("no PEM");
    awaitFailure();
    assertThat(shown()).isEqualTo(first.certificate());
    Pki.Signed expired = PKI.server(Instant.now().minusSeconds(1));
    replace(expired);
    awaitFailure();
    assertThat(shown()).isEqualTo(first.certificate());
    files.clientCa("no PEM");
    replace(second);
    awaitFailure();
    assertThat(shown()).isEqualTo(first.certificate());
    files.clientCa(PKI.pem());
    await().untilAsserted(() -> assertThat(shown()).isEqualTo(second.certificate()));
  }

  @Test
  void anotherClientCa_endsWhatTheOldOneLetIn() throws Exception {
    Pki other = new Pki();
    Pki.Signed client = PKI.client("spiffe://test/one");
    ManagedChannel before = server.channel(Door.MTLS, PKI.trusting(client));
    assertThat(Echo.call(before, "before")).isEqualTo("before");
    files.clientCa(other.pem());
    await().until(() -> !reaches(client));
    assertThat(Echo.call(before, "on the old connection")).isEqualTo("on the old connection");
    before.shutdownNow();
    // Signed by the other, trusting the server of this one.
    assertThat(reaches(other.client("spiffe://test/one"))).isTrue();
  }

  /** The probe of a container must not end a server that rightly goes on. */
  @Test
  void theProbe_reachesAServer_whoseNewCertificateIsBad() {
    ListenerConfig config =
        ListenerConfig.plaintext()
            .withPort(server.port(Door.LOAD_BALANCER))
            .withTls(files.config());
    assertThat(probe(config)).isTrue();
    files.key("no PEM");
    awaitFailure();
    assertThat(probe(config)).isTrue();
    replace(second);
    await().until(() -> probe(config));
  }

  @Test
  void theProbe_trustsNoOtherCertificate() {
    files.certificate(second.pem());
    files.key(second.keyPem());
    TestServer other =
        TestServer.tls(PKI.config(first), TestServer.NO_STORE, Echo.module(Echo::say));
    assertThat(
            probe(
                ListenerConfig.plaintext()
                    .withPort(other.port(Door.LOAD_BALANCER))
                    .withTls(files.config())))
        .isFalse();
    other.close();
  }

  private void replace(Pki.Signed signed) {
    files.certificate(signed.pem());
    files.key(signed.keyPem());
  }

  private void awaitFailure() {
    double before = failures();
    await().until(() -> failures() > before + 1);
  }

  private double failures() {
    return server.instance(MeterRegistry.class).counter(Certificates.RELOAD_FAILED).count();
  }

  private double daysLeft() {
    return server.instance(MeterRegistry.class).get(Certificates.EXPIRY).gauge().value();
  }

  private X509Certificate shown() throws IOException {
    try (TlsSocket socket = new TlsSocket(server.port(Door.LOAD_BALANCER), "TLSv1.3", PKI)) {
      return socket.certificate();
    }
  }

  private boolean reaches(Pki.Signed client) {
    ManagedChannel channel = server.channel(Door.MTLS, PKI.trusting(client));
    try {
      return Echo.call(channel, "oi").equals("oi");
    } catch (StatusRuntimeException _) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean probe(ListenerConfig config) {
    ManagedChannel channel = Loopback.channel(config, Instant.now());
    try {
      return Echo.call(channel, "oi").equals("oi");
    } catch (StatusRuntimeException _) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }
}
