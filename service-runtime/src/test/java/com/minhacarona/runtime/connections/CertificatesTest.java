package com.minhacarona.runtime.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.process.CannotStartException;
import com.minhacarona.runtime.process.TextSource;
import com.minhacarona.runtime.testing.Pki;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads certificates that are good and bad. */
class CertificatesTest {
  private static final Pki PKI = new Pki();
  private static final Pki.Signed SERVER = PKI.server();

  static Stream<Arguments> bad() {
    String pem = SERVER.pem();
    String key = SERVER.keyPem();
    Pki.Signed expired = PKI.server(Instant.parse("2026-01-01T00:00:00Z"));
    Pki.Signed early =
        PKI.signed(
            Pki.builder("CN=early")
                .notBefore(Instant.parse("2999-01-01T00:00:00Z"))
                .notAfter(Instant.parse("2999-02-01T00:00:00Z")));
    return Stream.of(
        Arguments.of("no PEM", key, "MINHA_CARONA_TLS_CERTIFICATE has no certificate in PEM"),
        Arguments.of(
            pem.replace("MII", "MIA"),
            key,
            "MINHA_CARONA_TLS_CERTIFICATE has a certificate that cannot be read"),
        Arguments.of(pem, "no PEM", "MINHA_CARONA_TLS_KEY has no private key in PEM"),
        Arguments.of(
            pem,
            key.replace("PRIVATE KEY", "EC PRIVATE KEY"),
            "MINHA_CARONA_TLS_KEY has a key in another form than unencrypted PKCS#8:"
                + " `openssl pkcs8 -topk8 -nodes` converts it"),
        Arguments.of(
            pem,
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            "MINHA_CARONA_TLS_KEY has no readable key of the certificate's kind, EC"),
        Arguments.of(
            pem,
            PKI.server().keyPem(),
            "MINHA_CARONA_TLS_KEY is not the key of MINHA_CARONA_TLS_CERTIFICATE"),
        Arguments.of(
            expired.pem(),
            expired.keyPem(),
            "MINHA_CARONA_TLS_CERTIFICATE has expired, at 2026-01-01T00:00:00Z"),
        Arguments.of(
            early.pem(),
            early.keyPem(),
            "MINHA_CARONA_TLS_CERTIFICATE is not valid before 2999-01-01T00:00:00Z"),
        Arguments.of(
            pem + new Pki().pem(),
            key,
            "MINHA_CARONA_TLS_CERTIFICATE: certificate 1 is not signed by the one after it"));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badCertificates_letNothingStart_andAreSaidWithoutTheirText(
      String certificate, String key, String message) {
    Certificates certificates =
        certificates(
            new TlsConfig(
                new TextSource.Text(certificate), new TextSource.Text(key), Optional.empty()));
    assertThatThrownBy(certificates::start)
        .isInstanceOf(CannotStartException.class)
        .hasMessage("Cannot start: " + message)
        .hasNoCause();
  }

  @Test
  void aFile_thatIsAway_isNamed() {
    Certificates certificates =
        certificates(
            new TlsConfig(
                new TextSource.Content(Path.of("/away")),
                new TextSource.Text(SERVER.keyPem()),
                Optional.empty()));
    assertThatThrownBy(certificates::start)
        .hasMessage("Cannot start: MINHA_CARONA_TLS_CERTIFICATE: /away cannot be read");
  }

  @Test
  void aKey_ofRsa_andAChain_areUsed() {
    Pki.Signed rsa =
        PKI.signed(
            Pki.builder("CN=rsa")
                .rsa2048()
                .notAfter(Instant.now().plus(Duration.ofDays(3)))
                .addSanDnsName("localhost"));
    Certificates certificates =
        started(
            new TlsConfig(
                new TextSource.Text(rsa.pem() + PKI.pem()),
                new TextSource.Text(rsa.keyPem()),
                Optional.empty()));
    assertThat(certificates.own()).contains(rsa.certificate());
    certificates.stop();
  }

  @Test
  void withoutTls_thereAreNone() {
    Certificates certificates =
        new Certificates(
            Optional.empty(), Clock.systemUTC(), new SimpleMeterRegistry(), Duration.ofDays(1));
    certificates.start();
    assertThat(certificates.own()).isEmpty();
    assertThat(certificates.context(Door.LOAD_BALANCER)).isEmpty();
    assertThat(certificates.verify(encoded(PKI.client("a.test").pem()))).isEmpty();
    certificates.stop();
  }

  @Test
  void aHeader_withAGoodCertificate_hasItsNames() {
    Certificates certificates = started(PKI.config(SERVER));
    String pem = PKI.client("spiffe://test/one", "one.test").pem();
    for (String header :
        new String[] {
          encoded(pem),
          encoded(pem).replace("%2B", "+").replace("%2F", "/").replace("%3D", "="),
          encoded(pem),
          encoded(pem + PKI.pem())
        }) {
      assertThat(certificates.verify(header).orElseThrow().names())
          .containsExactlyInAnyOrder("spiffe://test/one", "one.test");
    }
    certificates.stop();
  }

  @Test
  void aHeader_withAnythingElse_hasNone() {
    Certificates certificates = started(PKI.config(SERVER));
    Pki.Signed good = PKI.client("one.test");
    String foreign = new Pki().client("one.test").pem();
    for (String pem :
        new String[] {
          "",
          "no PEM",
          "%",
          encoded(foreign),
          encoded(foreign + PKI.pem()),
          encoded(foreign + good.pem()),
          encoded(PKI.client(Instant.now().minusSeconds(1), "one.test").pem()),
          encoded(SERVER.pem()),
          encoded(good.pem().replace("MII", "MIA")),
          encoded(good.pem()).substring(0, 300),
        }) {
      assertThat(certificates.verify(pem)).as(pem).isEmpty();
    }
    assertThat(certificates.verify(encoded(good.pem()))).isPresent();
    certificates.stop();
  }

  private static String encoded(String pem) {
    return URLEncoder.encode(pem, StandardCharsets.US_ASCII).replace("+", "%20");
  }

  private static Certificates started(TlsConfig config) {
    Certificates certificates = certificates(config);
    certificates.start();
    return certificates;
  }

  private static Certificates certificates(TlsConfig config) {
    return new Certificates(
        Optional.of(config), Clock.systemUTC(), new SimpleMeterRegistry(), Duration.ofDays(1));
  }
}
