package com.minhacarona.runtime.connections;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Verifies client certificates that come as text: validity, signatures, and that they may be used
 * by clients. Thread-safe.
 */
final class ClientCas {
  /** A load balancer's clients show the same certificates all the time. Each is some 2 KB. */
  private static final int REMEMBERED = 500;

  private static final Duration REMEMBERED_FOR = Duration.ofMinutes(5);

  private final X509TrustManager trust;
  private final Cache<String, PeerCertificate> verified =
      Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(REMEMBERED_FOR).build();

  ClientCas(List<X509Certificate> cas) throws UnusableException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < cas.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), cas.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      trust = (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableException(TlsConfig.CLIENT_CA + " cannot be used", e);
    }
  }

  TrustManager trustManager() {
    return trust;
  }

  /**
   * Verifies the first certificate of a text; the others may be those of the CAs above it.
   *
   * @param urlEncoded PEM, as a load balancer passes it on
   * @return empty when it is not good
   */
  Optional<PeerCertificate> verify(String urlEncoded, Instant now) {
    PeerCertificate known = verified.getIfPresent(urlEncoded);
    if (known != null) {
      return Optional.of(known).filter(certificate -> certificate.until().isAfter(now));
    }
    try {
      // A load balancer leaves + as it is, which would be read as a blank.
      String pem = URLDecoder.decode(urlEncoded.replace("+", "%2B"), StandardCharsets.UTF_8);
      X509Certificate[] chain = Pem.certificates(pem).toArray(X509Certificate[]::new);
      trust.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      PeerCertificate good = PeerCertificate.of(chain[0]);
      verified.put(urlEncoded, good);
      return Optional.of(good);
    } catch (UnusableException | CertificateException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
