package com.minhacarona.runtime.connections;

import com.minhacarona.runtime.process.TextSource;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a server proves itself with, and what it checks client certificates against, at one moment.
 *
 * @param texts what was read, to notice a change
 * @param chain the server's certificate, followed by those of the CAs between it and the root
 * @param key of the first certificate
 * @param clientCas empty when no client needs a certificate
 */
record Identity(
    Texts texts, List<X509Certificate> chain, PrivateKey key, List<X509Certificate> clientCas) {
  private static final byte[] PROOF =
      "whose key is this?".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  /** The texts of a configuration, as they are at one moment. */
  record Texts(String certificate, String key, String clientCa) {

    static Texts read(TlsConfig config) throws UnusableException {
      return new Texts(
          read(config.certificate(), TlsConfig.CERTIFICATE),
          read(config.key(), TlsConfig.KEY),
          config.clientCa().isEmpty() ? "" : read(config.clientCa().get(), TlsConfig.CLIENT_CA));
    }

    private static String read(TextSource source, String variable) throws UnusableException {
      try {
        return source.read();
      } catch (IOException e) {
        throw new UnusableException("%s: %s cannot be read".formatted(variable, source), e);
      }
    }

    /** The texts have a secret. */
    @Override
    public String toString() {
      return "texts";
    }
  }

  /** Reads and checks the texts. */
  static Identity of(Texts texts, Instant now) throws UnusableException {
    List<X509Certificate> chain = certificates(texts.certificate, TlsConfig.CERTIFICATE);
    PublicKey publicKey = chain.getFirst().getPublicKey();
    PrivateKey key;
    try {
      key = Pem.key(texts.key, publicKey.getAlgorithm());
    } catch (UnusableException e) {
      throw new UnusableException("%s %s".formatted(TlsConfig.KEY, e.getMessage()));
    }
    if (!fits(key, publicKey)) {
      throw new UnusableException(
          "%s is not the key of %s".formatted(TlsConfig.KEY, TlsConfig.CERTIFICATE));
    }
    for (int i = 0; i + 1 < chain.size(); i++) {
      if (!isIssuer(chain.get(i + 1), chain.get(i))) {
        throw new UnusableException(
            "%s: certificate %s is not signed by the one after it"
                .formatted(TlsConfig.CERTIFICATE, i + 1));
      }
    }
    for (X509Certificate certificate : chain) {
      refuseOutOfTime(certificate, now);
    }
    List<X509Certificate> cas =
        texts.clientCa.isEmpty() ? List.of() : certificates(texts.clientCa, TlsConfig.CLIENT_CA);
    if (!cas.isEmpty() && cas.stream().allMatch(ca -> !until(ca).isAfter(now))) {
      throw new UnusableException("%s has expired".formatted(TlsConfig.CLIENT_CA));
    }
    return new Identity(texts, chain, key, cas);
  }

  /** When the first of its own certificates expires, or the last of the CAs of clients. */
  Instant until() {
    Stream<Instant> own = chain.stream().map(Identity::until);
    Optional<Instant> cas = clientCas.stream().map(Identity::until).max(Instant::compareTo);
    return Stream.concat(own, cas.stream()).min(Instant::compareTo).orElseThrow();
  }

  private static List<X509Certificate> certificates(String text, String variable)
      throws UnusableException {
    try {
      return Pem.certificates(text);
    } catch (UnusableException e) {
      throw new UnusableException("%s %s".formatted(variable, e.getMessage()), e);
    }
  }

  private static void refuseOutOfTime(X509Certificate certificate, Instant now)
      throws UnusableException {
    if (!until(certificate).isAfter(now)) {
      throw new UnusableException(
          "%s has expired, at %s".formatted(TlsConfig.CERTIFICATE, until(certificate)));
    }
    Instant from = certificate.getNotBefore().toInstant();
    if (from.isAfter(now)) {
      throw new UnusableException(
          "%s is not valid before %s".formatted(TlsConfig.CERTIFICATE, from));
    }
  }

  private static Instant until(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  private static boolean isIssuer(X509Certificate issuer, X509Certificate certificate) {
    try {
      certificate.verify(issuer.getPublicKey());
      return certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static boolean fits(PrivateKey key, PublicKey publicKey) {
    try {
      Signature signature =
          Signature.getInstance(
              switch (publicKey.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> publicKey.getAlgorithm();
              });
      signature.initSign(key);
      signature.update(PROOF);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(PROOF);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  /** It has a secret. */
  @Override
  public String toString() {
    return "the identity of " + chain.getFirst().getSubjectX500Principal();
  }
}
