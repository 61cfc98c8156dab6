package com.minhacarona.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.minhacarona.v1.CreateCaronaRequest;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsTest {
  private static final Duration SOON = Duration.ofMillis(10);

  @TempDir private Path folder;
  private SecureServer server;

  @BeforeEach
  void start() throws Exception {
    server = SecureServer.startMutual();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aClientCertificate_provesWhoCalls() throws Exception {
    X509Bundle api = certificate("CN=api", server.ca);
    check(server.trustingClient().clientCertificate(chain(api), key(api)));
    check(
        server
            .client()
            .trust(write("ca.pem", server.ca.getCertificatePEM()))
            .clientCertificate(write("cert.pem", chain(api)), write("key.pem", key(api))));
    X509Bundle rsa = new CertificateBuilder().rsa2048().subject("CN=rsa").buildIssuedBy(server.ca);
    check(server.trustingClient().clientCertificate(chain(rsa), key(rsa)));
    assertThat(server.callers)
        .containsExactly(
            "null for null by CN=api", "null for null by CN=api", "null for null by CN=rsa");
  }

  @Test
  void aResidentsToken_needsNoOtherOne_besidesACertificate() throws Exception {
    X509Bundle api = certificate("CN=api", server.ca);
    try (MinhaCaronaClient client =
        server.trustingClient().clientCertificate(chain(api), key(api)).build()) {
      var _ = client.onBehalfOf("ana").createCarona(CreateCaronaRequest.getDefaultInstance());
    }
    assertThat(server.callers).containsExactly("null for ana by CN=api");
  }

  @Test
  void withoutACertificate_orWithOneOfAnotherCa_nobodyGetsIn() throws Exception {
    X509Bundle stranger = certificate("CN=api", SecureServer.ca("CN=Other CA"));
    assertThatThrownBy(() -> check(server.trustingClient())).hasMessageContaining("UNAVAILABLE");
    assertThatThrownBy(
            () -> check(server.trustingClient().clientCertificate(chain(stranger), key(stranger))))
        .hasMessageContaining("UNAVAILABLE");
    assertThat(server.callers).isEmpty();
  }

  @Test
  void aServerOfAnotherCa_orOfAnotherName_isNotTrusted() throws Exception {
    X509Bundle api = certificate("CN=api", server.ca);
    String other = SecureServer.ca("CN=Other CA").getCertificatePEM();
    assertThatThrownBy(
            () -> check(server.client().trust(other).clientCertificate(chain(api), key(api))))
        .hasMessageContaining("UNAVAILABLE")
        .hasStackTraceContaining("PKIX path");
    assertThatThrownBy(() ->
            check(
                MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + server.port())
                    .trust(server.ca.getCertificatePEM())
                    .clientCertificate(chain(api), key(api))))
        .hasMessageContaining("UNAVAILABLE")
        .hasStackTraceContaining("No subject alternative names matching IP address 127.0.0.1");
    assertThat(server.callers).isEmpty();
  }

  @Test
  void filesThatChange_areUsedByNewConnections_andWrongOnesAreNot() throws Exception {
    X509Bundle before = certificate("CN=before", server.ca);
    X509Bundle after = certificate("CN=after", server.ca);
    Path ca = write("ca.pem", server.ca.getCertificatePEM());
    Path cert = write("cert.pem", chain(before));
    Path key = write("key.pem", key(before));
    try (Tls tls =
        Tls.of(
            Optional.of(Tls.Pem.file(ca)),
            Optional.of(new Tls.Pair(Tls.Pem.file(cert), Tls.Pem.file(key))),
            SOON)) {
      tls.start();
      assertThat(callerBy(tls)).isEqualTo("CN=before");
      // Between these two lines the pair does not match.
      write("cert.pem", chain(after));
      assertThat(callerBy(tls)).isEqualTo("CN=before");
      write("key.pem", key(after));
      await().untilAsserted(() -> assertThat(callerBy(tls)).isEqualTo("CN=after"));

      write("cert.pem", "garbage");
      write("ca.pem", "");
      Files.delete(key);
      for (int i = 0; i < 5; i++) {
        assertThat(callerBy(tls)).isEqualTo("CN=after");
      }
      write("ca.pem", SecureServer.ca("CN=Other CA").getCertificatePEM());
      await()
          .untilAsserted(
              () -> assertThatThrownBy(() -> callerBy(tls)).hasMessageContaining("UNAVAILABLE"));
    }
  }

  @Test
  void aCertificateThatIsRenewedForTheSameKey_isUsed() throws Exception {
    X509Bundle before = certificate("CN=before", server.ca);
    X509Bundle after =
        new CertificateBuilder()
            .keyPair(before.getKeyPair())
            .subject("CN=after")
            .buildIssuedBy(server.ca);
    Path cert = write("cert.pem", chain(before));
    try (Tls tls =
        Tls.of(
            Optional.of(Tls.Pem.text(server.ca.getCertificatePEM())),
            Optional.of(new Tls.Pair(Tls.Pem.file(cert), Tls.Pem.text(key(before)))),
            SOON)) {
      tls.start();
      assertThat(callerBy(tls)).isEqualTo("CN=before");
      write("cert.pem", chain(after));
      await().untilAsserted(() -> assertThat(callerBy(tls)).isEqualTo("CN=after"));
    }
  }

  @Test
  void whatIsWrong_isSaidAtBuild_andShowsNoKey() throws Exception {
    X509Bundle api = certificate("CN=api", server.ca);
    X509Bundle rsa = new CertificateBuilder().rsa2048().subject("CN=rsa").buildIssuedBy(server.ca);
    Path missing = folder.resolve("missing.pem");
    assertRefused(server.client().trust("garbage"), "trust: no certificate in PEM");
    assertRefused(server.client().trust(""), "trust: no certificate in PEM");
    assertRefused(server.client().trust(key(api)), "trust: no certificate in PEM");
    assertRefused(server.client().trust(missing), "trust: cannot read " + missing);
    assertRefused(
        server.client().clientCertificate("", key(api)),
        "clientCertificate: no certificate in PEM");
    for (String key :
        new String[] {
          "",
          "garbage",
          chain(api),
          "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----",
          key(api).replace("PRIVATE", "EC PRIVATE")
        }) {
      assertRefused(
          server.client().clientCertificate(chain(api), key),
          "clientCertificate: no private key, RSA or EC, in PKCS#8");
    }
    for (X509Bundle other : new X509Bundle[] {certificate("CN=other", server.ca), rsa}) {
      assertRefused(
          server.client().clientCertificate(chain(api), key(other)),
          "clientCertificate: the private key is not that of the first certificate");
    }
  }

  @Test
  void credentials_excludeTheOtherSettings() {
    ChannelCredentials credentials = TlsChannelCredentials.create();
    assertThatThrownBy(() -> server.trustingClient().credentials(credentials).build())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> server.client().clientCertificate("", "").plaintext().build())
        .isInstanceOf(IllegalStateException.class);
  }

  private static void assertRefused(MinhaCaronaClientBuilder builder, String message) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  /** Who the server says has called, over a new connection. */
  private String callerBy(Tls tls) {
    Channels channels = new Channels(server.target(), server.target(), tls.credentials());
    try (MinhaCaronaClient client =
        new MinhaCaronaClient(
            channels,
            new io.grpc.ClientInterceptor[0],
            Proof.by(Optional.empty()),
            channels::close)) {
      var _ = client.createCarona(CreateCaronaRequest.getDefaultInstance());
      return server.callers.getLast().replace("null for null by ", "");
    }
  }

  private static void check(MinhaCaronaClientBuilder builder) {
    try (MinhaCaronaClient client = builder.build()) {
      var _ = client.createCarona(CreateCaronaRequest.getDefaultInstance());
    }
  }

  private static X509Bundle certificate(String subject, X509Bundle ca) throws Exception {
    return new CertificateBuilder().ecp256().subject(subject).buildIssuedBy(ca);
  }

  private static String chain(X509Bundle bundle) {
    return bundle.getCertificatePathPEM();
  }

  private static String key(X509Bundle bundle) {
    return bundle.getPrivateKeyPEM();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
