package com.minhacarona.runtime.testing;

import com.minhacarona.runtime.connections.TlsConfig;
import com.minhacarona.runtime.process.TextSource;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/** A certificate authority that lives as long as a test, and signs real certificates. */
public final class Pki {
  private static final Duration LIFE = Duration.ofDays(90);

  private final X509Bundle ca;

  public Pki() {
    ca =
        built(() ->
            valid(builder("CN=Throw-away CA"), Instant.now().plus(LIFE))
                .setIsCertificateAuthority(true)
                .setKeyUsage(
                    true,
                    CertificateBuilder.KeyUsage.keyCertSign,
                    CertificateBuilder.KeyUsage.cRLSign)
                .buildSelfSigned());
  }

  /** Its own certificate, in PEM. */
  public String pem() {
    return ca.getCertificatePEM();
  }

  /** Its own certificate. */
  public X509Certificate certificate() {
    return ca.getCertificate();
  }

  /** The certificate of a server on this machine. */
  public Signed server() {
    return server(Instant.now().plus(LIFE));
  }

  public Signed server(Instant until) {
    return signed(
        valid(builder("CN=server"), until)
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .addExtendedKeyUsageServerAuth());
  }

  /** The certificate of a client with these names: DNS names, or URIs if they have a colon. */
  public Signed client(String... names) {
    return client(Instant.now().plus(LIFE), names);
  }

  public Signed client(Instant until, String... names) {
    CertificateBuilder builder = valid(builder("CN=client"), until).addExtendedKeyUsageClientAuth();
    for (String name : names) {
      builder =
          name.contains(":")
              ? builder.addSanUriName(URI.create(name))
              : builder.addSanDnsName(name);
    }
    return signed(builder);
  }

  /** Signs whatever a test has put together. */
  public Signed signed(CertificateBuilder builder) {
    return new Signed(built(() -> builder.buildIssuedBy(ca)));
  }

  /** A key of elliptic curves, which is made fast. */
  public static CertificateBuilder builder(String subject) {
    return new CertificateBuilder().ecp256().subject(subject);
  }

  private static CertificateBuilder valid(CertificateBuilder builder, Instant until) {
    return builder.notBefore(until.minus(LIFE).minus(LIFE)).notAfter(until);
  }

  /** Credentials of a client that trusts what this authority signs, and has no certificate. */
  public ChannelCredentials trusting() {
    return credentials().build();
  }

  /** Credentials of a client that trusts what this authority signs, and shows a certificate. */
  public ChannelCredentials trusting(Signed client) {
    try {
      return credentials().keyManager(stream(client.pem()), stream(client.keyPem())).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes sockets of a client that trusts what this authority signs. */
  public SSLSocketFactory sockets() {
    return TlsSocket.factory(certificate());
  }

  /** What Netty needs for a client that trusts what this authority signs. */
  public SslContext netty() {
    try {
      return GrpcSslContexts.forClient().trustManager(certificate()).build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** TLS of a server, with client certificates of this authority, given as texts. */
  public TlsConfig config(Signed server) {
    return new TlsConfig(
        new TextSource.Text(server.pem()),
        new TextSource.Text(server.keyPem()),
        Optional.of(new TextSource.Text(pem())));
  }

  private TlsChannelCredentials.Builder credentials() {
    try {
      return TlsChannelCredentials.newBuilder().trustManager(stream(pem()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** A certificate and its key. */
  public record Signed(X509Bundle bundle) {

    public X509Certificate certificate() {
      return bundle.getCertificate();
    }

    /** The certificate, in PEM. */
    public String pem() {
      return bundle.getCertificatePEM();
    }

    /** The key, in PEM. */
    public String keyPem() {
      return bundle.getPrivateKeyPEM();
    }
  }

  /** The files of a server's TLS, which a test replaces one by one. */
  public record Folder(Path path) {

    public TlsConfig config() {
      return new TlsConfig(
          new TextSource.Content(path.resolve("certificate.pem")),
          new TextSource.Content(path.resolve("key.pem")),
          Optional.of(new TextSource.Content(path.resolve("ca.pem"))));
    }

    public void certificate(String pem) {
      write("certificate.pem", pem);
    }

    public void key(String pem) {
      write("key.pem", pem);
    }

    public void clientCa(String pem) {
      write("ca.pem", pem);
    }

    /** Replaces a file at once, so that nobody reads half of it. */
    private void write(String name, String text) {
      try {
        Path whole = Files.writeString(path.resolve(name + ".new"), text);
        Files.move(
            whole,
            path.resolve(name),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private interface Building {
    X509Bundle build() throws Exception;
  }

  private static X509Bundle built(Building building) {
    try {
      return building.build();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
