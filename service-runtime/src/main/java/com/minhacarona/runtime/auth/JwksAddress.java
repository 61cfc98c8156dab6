package com.minhacarona.runtime.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Reads the keys of an issuer from its address, all or none. Thread-safe. */
final class JwksAddress {
  /** An answer is shorter: Cognito's has two keys and 1 KB, and the largest we know of has 10. */
  static final int MAX_BYTES = 50 * 1024;

  /** NIST SP 800-131A. */
  private static final int MIN_BITS = 2_048;

  private final URI address;
  private final DefaultResourceRetriever requests;

  /**
   * The keys at an address.
   *
   * @param silence how long to wait to connect, and between two packets of the answer
   */
  JwksAddress(URI address, Duration silence) {
    this.address = address;
    this.requests = new Direct(Math.toIntExact(silence.toMillis()));
  }

  /**
   * Asks the issuer once.
   *
   * @return what verifies signatures, by the id of the key; at least one
   * @throws IOException if there is no answer, or none with a key that we can use
   */
  Map<String, RSASSAVerifier> read() throws IOException {
    Map<String, RSASSAVerifier> keys = new HashMap<>();
    try {
      String json = requests.retrieveResource(address.toURL()).getContent();
      for (JWK key : JWKSet.parse(json).getKeys()) {
        if (key instanceof RSAKey rsa && isUsable(rsa)) {
          keys.put(rsa.getKeyID(), new RSASSAVerifier(rsa));
        }
      }
    } catch (ParseException | JOSEException e) {
      throw new IOException("the answer is no set of keys: " + e.getMessage(), e);
    }
    if (keys.isEmpty()) {
      throw new IOException("the answer has no RSA key for signatures with RS256");
    }
    return Map.copyOf(keys);
  }

  private static boolean isUsable(RSAKey key) {
    return key.getKeyID() != null
        && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
        && (key.getAlgorithm() == null || key.getAlgorithm().equals(JWSAlgorithm.RS256))
        && key.size() >= MIN_BITS;
  }

  /** Follows no redirect, which would let another host say what our issuer's keys are. */
  private static final class Direct extends DefaultResourceRetriever {
    Direct(int silenceMillis) {
      super(silenceMillis, silenceMillis, MAX_BYTES);
    }

    @Override
    protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
      HttpURLConnection connection = super.openHTTPConnection(url);
      connection.setInstanceFollowRedirects(false);
      return connection;
    }
  }
}
