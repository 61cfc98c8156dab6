package com.minhacarona.runtime.auth;

import com.minhacarona.runtime.call.Caller;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The issuer of one token, with which a server calls itself before it serves. Nobody else can have
 * it: its name and key are made up by this process, and the key is forgotten afterwards. So its
 * calls take the same way as all later ones. Thread-safe.
 */
final class OwnIssuer implements KeySource {
  /** Longer than any warm-up. */
  private static final Duration LIFE = Duration.ofMinutes(1);

  private static final int KEY_BITS = 2048;
  private static final String KEY_ID = "own";

  private final String name = "urn:uuid:" + UUID.randomUUID();
  private final Clock clock;
  private volatile @Nullable RSAKey key;

  OwnIssuer(Clock clock) {
    this.clock = clock;
  }

  Issuer entry() {
    return new Issuer(
        name,
        URI.create(name),
        Caller.Kind.SERVICE,
        Set.of(name),
        "",
        Set.of(),
        "",
        "",
        Set.of(),
        "sub",
        "");
  }

  /** A token of this process. */
  String token() {
    try {
      RSAKey newKey = new RSAKeyGenerator(KEY_BITS).keyID(KEY_ID).generate();
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(KEY_ID).build(),
              new JWTClaimsSet.Builder()
                  .issuer(name)
                  .audience(name)
                  .subject("this-process")
                  .expirationTime(Date.from(clock.instant().plus(LIFE)))
                  .build());
      token.sign(new RSASSASigner(newKey));
      key = newKey;
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("every JVM has RSA", e);
    }
  }

  /** Forgets the key. */
  void retire() {
    key = null;
  }

  @Override
  public Optional<RSASSAVerifier> verifier(String keyId) {
    RSAKey current = key;
    if (current == null || !keyId.equals(KEY_ID)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new RSASSAVerifier(current));
    } catch (JOSEException e) {
      throw new IllegalStateException("every JVM has RSA", e);
    }
  }

  @Override
  public boolean load() {
    return true;
  }

  @Override
  public void refreshOld() {
    // It never changes.
  }
}
