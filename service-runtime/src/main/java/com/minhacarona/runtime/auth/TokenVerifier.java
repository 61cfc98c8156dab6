package com.minhacarona.runtime.auth;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import com.google.inject.Inject;
import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.auth.VerifiedTokens.Hash;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.process.Steady;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import io.micrometer.core.instrument.MeterRegistry;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says who a caller is by its token, a JSON Web Token that one of the configured issuers signed
 * with RS256. Thread-safe.
 */
public final class TokenVerifier {
  /** Clocks of issuers and ours may differ by so much. */
  static final Duration SKEW = Duration.ofSeconds(60);

  /** Cognito's tokens have 1 to 2 KB, with a few groups or claims of one's own. */
  static final int MAX_LENGTH = 4 * 1024;

  /** The decoder skips other characters, so a token could be written in countless ways. */
  private static final Pattern FORM = Pattern.compile("[\\w-]++\\.[\\w-]++\\.[\\w-]*+");

  private final Map<String, TrustedIssuer> issuers;
  private final OwnIssuer own;
  private final VerifiedTokens verified;
  private final RefusedProofs refused;
  private final Clock wall;

  private record TrustedIssuer(List<Issuer> entries, KeySource keys) {}

  /**
   * A verifier that has read no keys yet.
   *
   * @param wall says whether a token has ended, since issuers have no other clock in common with us
   * @param steady says how old keys are, which no step of the wall clock changes
   */
  @Inject
  TokenVerifier(AuthConfig config, Clock wall, @Steady Clock steady, MeterRegistry meters) {
    this(config, Patience.DEFAULT, wall, steady, meters);
  }

  TokenVerifier(
      AuthConfig config, Patience patience, Clock wall, Clock steady, MeterRegistry meters) {
    this.wall = wall;
    this.verified = new VerifiedTokens(wall, steady);
    this.refused = new RefusedProofs(meters, System::nanoTime);
    Map<String, TrustedIssuer> byName = new HashMap<>();
    config.issuers().stream()
        .collect(groupingBy(Issuer::issuer))
        .forEach((name, entries) -> {
          IssuerKeys keys = new IssuerKeys(entries.getFirst(), patience, steady, meters);
          byName.put(name, new TrustedIssuer(entries, keys));
        });
    this.own = new OwnIssuer(wall);
    byName.put(own.entry().issuer(), new TrustedIssuer(List.of(own.entry()), own));
    this.issuers = Map.copyOf(byName);
  }

  /**
   * Whose token it is, if it was verified lately. Never blocks.
   *
   * @return empty when nothing is known of the token
   */
  public Optional<Caller> known(String token) {
    return token.length() > MAX_LENGTH ? Optional.empty() : verified.caller(Hash.of(token));
  }

  /**
   * Verifies a token. May wait some seconds for the keys of its issuer, so not for an event loop.
   *
   * @throws RejectedProofException if it proves nothing
   * @throws KeysAwayException if the issuer's keys are not there to verify it
   */
  public Caller verify(String token) {
    try {
      if (token.length() > MAX_LENGTH) {
        throw new RejectedProofException(Cause.TOO_LONG);
      }
      Hash hash = Hash.of(token);
      Optional<Caller> known = verified.caller(hash);
      if (known.isPresent()) {
        return known.get();
      }
      Caller caller = check(token);
      verified.remember(hash, caller);
      return caller;
    } catch (RejectedProofException e) {
      refused.count(e.reason());
      throw e;
    }
  }

  /**
   * Reads the keys of the issuers of which there are none yet. May wait some seconds for each.
   *
   * @throws KeysAwayException naming the issuers that are away
   */
  public void requireKeys() {
    String away =
        issuers.entrySet().stream()
            .filter(issuer -> !issuer.getValue().keys().load())
            .map(Map.Entry::getKey)
            .sorted()
            .collect(joining(", "));
    if (!away.isEmpty()) {
      throw new KeysAwayException(away);
    }
  }

  /** Asks issuers for keys that are old. Does not wait. */
  public void refreshKeys() {
    issuers.values().forEach(issuer -> issuer.keys().refreshOld());
  }

  /** Counts refusals. */
  RefusedProofs refused() {
    return refused;
  }

  /** The issuer of the token with which this process calls itself. */
  OwnIssuer own() {
    return own;
  }

  /** Looks at everything that costs little first: the signature, and so the keys, come last. */
  private Caller check(String token) {
    SignedJWT jwt = parse(token);
    String keyId = keyId(jwt.getHeader());
    Claims claims = claims(jwt);
    TrustedIssuer issuer =
        claims
            .text("iss")
            .map(issuers::get)
            .orElseThrow(() -> new RejectedProofException(Cause.UNKNOWN_ISSUER));
    checkTimes(claims);
    Caller caller = Callers.of(claims, issuer.entries());
    RSASSAVerifier key =
        issuer
            .keys()
            .verifier(keyId)
            .orElseThrow(() -> new RejectedProofException(Cause.UNKNOWN_KEY));
    if (!isSigned(jwt, key)) {
      throw new RejectedProofException(Cause.SIGNATURE);
    }
    return caller;
  }

  private static SignedJWT parse(String token) {
    if (!FORM.matcher(token).matches()) {
      throw new RejectedProofException(Cause.MALFORMED);
    }
    JWT jwt;
    try {
      jwt = JWTParser.parse(token);
    } catch (ParseException | RuntimeException _) {
      // The parser meets JSON of strangers, "null" for one, and throws what comes.
      throw new RejectedProofException(Cause.MALFORMED);
    }
    if (jwt instanceof SignedJWT signed
        && signed.getHeader().getAlgorithm().equals(JWSAlgorithm.RS256)) {
      return signed;
    }
    throw new RejectedProofException(Cause.ALGORITHM);
  }

  /** The id of the key, from a header that says nothing else about keys or its own meaning. */
  private static String keyId(JWSHeader header) {
    if (header.getKeyID() == null
        || header.getJWKURL() != null
        || header.getJWK() != null
        || header.getX509CertURL() != null
        || header.getX509CertChain() != null
        || header.getCriticalParams() != null
        || !header.isBase64URLEncodePayload()) {
      throw new RejectedProofException(Cause.HEADER);
    }
    return header.getKeyID();
  }

  private static Claims claims(SignedJWT jwt) {
    Map<String, Object> json = jwt.getPayload().toJSONObject();
    if (json == null) {
      throw new RejectedProofException(Cause.MALFORMED);
    }
    return new Claims(json);
  }

  private void checkTimes(Claims claims) {
    Instant now = wall.instant();
    Instant end =
        claims.instant("exp").orElseThrow(() -> new RejectedProofException(Cause.NO_EXPIRY));
    if (!now.isBefore(end.plus(SKEW))) {
      throw new RejectedProofException(Cause.EXPIRED);
    }
    Instant latestBegin = now.plus(SKEW);
    if (claims.instant("nbf").filter(latestBegin::isBefore).isPresent()
        || claims.instant("iat").filter(latestBegin::isBefore).isPresent()) {
      throw new RejectedProofException(Cause.NOT_YET_VALID);
    }
  }

  private static boolean isSigned(SignedJWT jwt, RSASSAVerifier key) {
    try {
      return jwt.verify(key);
    } catch (JOSEException _) {
      return false;
    }
  }
}
