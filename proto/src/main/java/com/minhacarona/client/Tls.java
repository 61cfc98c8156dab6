package com.minhacarona.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whom a client trusts, and the certificate by which it proves who it is. Looks at the files once a
 * minute; new connections use what is in them. Files that are wrong change nothing.
 */
final class Tls implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Tls.class.getName());

  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
  private final List<Material> materials = new ArrayList<>();
  private final Thread thread;

  /** A text in PEM, or the file that has it. */
  interface Pem {
    String read() throws IOException;

    static Pem text(String text) {
      return () -> text;
    }

    static Pem file(Path file) {
      return () -> {
        try {
          return Files.readString(file);
        } catch (IOException e) {
          throw new IOException("cannot read " + file, e);
        }
      };
    }
  }

  /** A certificate with those between it and the root, and its private key. */
  record Pair(Pem certificate, Pem key) {}

  /** Takes texts into use. */
  private interface Use {
    void accept(List<String> texts) throws IOException, GeneralSecurityException;
  }

  /** Texts that belong together, as they were when they were last looked at. */
  private static final class Material {
    private final String name;
    private final List<Pem> sources;
    private final Use use;
    private List<String> seen = List.of();

    private Material(String name, List<Pem> sources, Use use) {
      this.name = name;
      this.sources = sources;
      this.use = use;
    }

    /** Takes the texts into use if they are others than before. */
    private void load() {
      try {
        List<String> texts = new ArrayList<>();
        for (Pem source : sources) {
          texts.add(source.read());
        }
        if (!texts.equals(seen)) {
          seen = texts;
          use.accept(texts);
        }
      } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
        throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
      }
    }
  }

  private Tls(Duration interval) {
    thread = Thread.ofVirtual().name("tls-files").unstarted(() -> run(interval));
  }

  static Tls of(Optional<Pem> trust, Optional<Pair> clientCertificate) {
    return of(trust, clientCertificate, INTERVAL);
  }

  static Tls of(Optional<Pem> trust, Optional<Pair> clientCertificate, Duration interval) {
    Tls tls = new Tls(interval);
    trust.ifPresent(tls::trust);
    clientCertificate.ifPresent(tls::prove);
    return tls;
  }

  /** Begins to look at the files, if there are any. */
  void start() {
    if (!materials.isEmpty()) {
      thread.start();
    }
  }

  ChannelCredentials credentials() {
    return credentials.build();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** Trusts the servers that these CAs vouch for, and no other. */
  private void trust(Pem cas) {
    AdvancedTlsX509TrustManager manager;
    try {
      manager = AdvancedTlsX509TrustManager.newBuilder().build();
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
    load(
        "trust",
        List.of(cas),
        texts -> manager.updateTrustCredentials(certificates(texts.getFirst())));
    credentials.trustManager(manager);
  }

  /** Proves to servers who the client is. */
  private void prove(Pair pair) {
    AdvancedTlsX509KeyManager manager = new AdvancedTlsX509KeyManager();
    load(
        "clientCertificate",
        List.of(pair.certificate(), pair.key()),
        texts -> {
          X509Certificate[] chain = certificates(texts.getFirst());
          PrivateKey privateKey = key(texts.getLast());
          checkPair(chain[0], privateKey);
          manager.updateIdentityCredentials(chain, privateKey);
        });
    credentials.keyManager(manager);
  }

  private void load(String name, List<Pem> sources, Use use) {
    Material material = new Material(name, sources, use);
    material.load();
    materials.add(material);
  }

  private void run(Duration interval) {
    while (true) {
      try {
        Thread.sleep(interval);
      } catch (InterruptedException _) {
        return;
      }
      for (Material material : materials) {
        try {
          material.load();
        } catch (IllegalArgumentException e) {
          LOG.log(System.Logger.Level.WARNING, "New connections use the PEM of before", e);
        }
      }
    }
  }

  private static X509Certificate[] certificates(String pem) throws GeneralSecurityException {
    try {
      X509Certificate[] certificates =
          CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem.getBytes(UTF_8)));
      if (certificates.length > 0) {
        return certificates;
      }
    } catch (CertificateException _) {
      // The cause may show a part of a key that was given in place of a certificate.
    }
    throw new GeneralSecurityException("no certificate in PEM");
  }

  private static PrivateKey key(String pem) throws GeneralSecurityException {
    try {
      return CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem.getBytes(UTF_8)));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException _) {
      // The cause may show a part of the key.
      throw new GeneralSecurityException(
          "no private key, RSA or EC, in PKCS#8 (BEGIN PRIVATE KEY) without a password");
    }
  }

  /** A pair that does not match would only fail when a server asks for the certificate. */
  private static void checkPair(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    byte[] text = "a text to sign".getBytes(UTF_8);
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(text);
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(text);
      if (verifier.verify(signer.sign())) {
        return;
      }
    } catch (GeneralSecurityException _) {
      // The key is of another kind than the certificate's.
    }
    throw new GeneralSecurityException("the private key is not that of the first certificate");
  }
}
