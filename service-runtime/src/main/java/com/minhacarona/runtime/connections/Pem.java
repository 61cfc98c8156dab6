package com.minhacarona.runtime.connections;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys from PEM: RFC 7468. What it throws says nothing of the text. */
final class Pem {
  private static final Pattern CERTIFICATE = block("CERTIFICATE");
  private static final Pattern KEY = block("PRIVATE KEY");
  private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN [A-Z ]+ PRIVATE KEY-----");

  private static Pattern block(String type) {
    return Pattern.compile(
        "-----BEGIN %1$s-----([A-Za-z0-9+/=\\s]*+)-----END %1$s-----".formatted(type));
  }

  /**
   * Reads all certificates of a text, in its order.
   *
   * @throws UnusableException when there is none, or one that cannot be read
   */
  static List<X509Certificate> certificates(String text) throws UnusableException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Matcher blocks = CERTIFICATE.matcher(text);
      while (blocks.find()) {
        certificates.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(decoded(blocks))));
      }
    } catch (CertificateException | IllegalArgumentException e) {
      throw new UnusableException("has a certificate that cannot be read", e);
    }
    if (certificates.isEmpty()) {
      throw new UnusableException("has no certificate in PEM");
    }
    return certificates;
  }

  /**
   * Reads a private key.
   *
   * @param algorithm of the public key that it should match
   */
  static PrivateKey key(String text, String algorithm) throws UnusableException {
    Matcher block = KEY.matcher(text);
    if (!block.find()) {
      throw new UnusableException(
          OTHER_KEY.matcher(text).find()
              ? "has a key in another form than unencrypted PKCS#8: `openssl pkcs8 -topk8 -nodes`"
                  + " converts it"
              : "has no private key in PEM");
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(decoded(block)));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      // The cause might quote the key.
      throw new UnusableException("has no readable key of the certificate's kind, " + algorithm);
    }
  }

  private static byte[] decoded(Matcher block) {
    return Base64.getMimeDecoder().decode(block.group(1));
  }

  private Pem() {}
}
