package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.testing.TestIssuer;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a token can be wrong; all of it is really signed, unless it says otherwise. */
class RefusedTokenTest {
  private static final JsonMapper JSON = new JsonMapper();

  /** A value of each type that JSON has. */
  private static final List<String> VALUES =
      List.of("\"x\"", "\"\"", "7", "-1", "1e400", "0.5", "true", "null", "[]", "[7]", "{}");

  private final Verifying verifying = new Verifying();
  private final TestIssuer issuer = verifying.issuer;

  @AfterEach
  void close() {
    verifying.close();
  }

  /** The three good tokens that the entries of the issuer know. */
  private List<String> goodTokens() {
    return List.of(
        issuer.serviceToken("list-all"), issuer.userToken("ana", "ipe"), issuer.operatorToken());
  }

  private static ObjectNode json(String token, int part) {
    try {
      return (ObjectNode)
          JSON.readTree(new Base64URL(token.split("\\.", -1)[part]).decodeToString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The token with one field of a part replaced, or without it if the value is empty. */
  private static String json(String token, int part, String field, String value) {
    ObjectNode changed = json(token, part);
    changed.remove(field);
    String others = changed.toString();
    String comma = changed.isEmpty() ? "" : ",";
    return value.isEmpty()
        ? others
        : "{\"%s\":%s%s%s".formatted(field, value, comma, others.substring(1));
  }

  private String withHeader(String token, String field, String value) {
    return TestIssuer.sign(json(token, 0, field, value), json(token, 1).toString(), issuer.key());
  }

  private String withClaim(String token, String field, String value) {
    return TestIssuer.sign(json(token, 0).toString(), json(token, 1, field, value), issuer.key());
  }

  @Test
  void tokens_asTheyAre_areGood() {
    assertThat(goodTokens())
        .allSatisfy(token -> assertThat(verifying.refusal(token)).isEmpty())
        // What the tests below do to a token makes it no worse by itself.
        .allSatisfy(token -> assertThat(verifying.refusal(withHeader(token, "x", "7"))).isEmpty())
        .allSatisfy(token -> assertThat(verifying.refusal(withClaim(token, "x", "[]"))).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"jku", "x5u", "jwk", "x5c", "crit", "b64"})
  void headers_thatSayWhichKeyOrWhatItMeans_areRefused(String name) throws JOSEException {
    String address = "\"" + issuer.jwks() + "\"";
    String value =
        switch (name) {
          case "jwk" -> issuer.key().toPublicJWK().toJSONString();
          case "x5c" -> "[\"MIIB\"]";
          case "crit" -> "[\"exp\"]";
          case "b64" -> "false";
          default -> address;
        };
    assertThat(goodTokens())
        .allSatisfy(token ->
            assertThat(verifying.refusal(withHeader(token, name, value))).contains(Cause.HEADER));
    // Whatever else it holds, it is refused too, unless it says nothing.
    for (String other : VALUES) {
      if (!other.equals("null") && !(name.equals("b64") && other.equals("true"))) {
        Optional<Cause> refusal =
            verifying.refusal(withHeader(issuer.operatorToken(), name, other));
        assertThat(refusal).as("%s: %s", name, other).isPresent();
        assertThat(EnumSet.of(Cause.HEADER, Cause.MALFORMED)).contains(refusal.get());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"none\"",
        "\"None\"",
        "\"HS256\"",
        "\"RS384\"",
        "\"RS512\"",
        "\"PS256\"",
        "\"ES256\"",
        "\"EdDSA\"",
        "\"rs256\"",
        "\"RSA1_5\"",
        "\"dir\"",
        "\"\"",
        "\"RS256 \"",
        "7",
        "null",
        "[]",
        "[\"RS256\"]",
        ""
      })
  void headers_ofAnotherAlgorithm_areRefused_thoughTheSignatureIsRs256(String algorithm) {
    for (String token : goodTokens()) {
      Optional<Cause> refusal = verifying.refusal(withHeader(token, "alg", algorithm));
      assertThat(refusal).isPresent();
      assertThat(EnumSet.of(Cause.ALGORITHM, Cause.MALFORMED)).contains(refusal.get());
    }
    assertThat(issuer.requests()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "7", "[]", "{}", "true"})
  void headers_withoutAKeyId_areRefused(String keyId) {
    for (String token : goodTokens()) {
      Optional<Cause> refusal = verifying.refusal(withHeader(token, "kid", keyId));
      assertThat(refusal).isPresent();
      assertThat(EnumSet.of(Cause.HEADER, Cause.MALFORMED)).contains(refusal.get());
    }
  }

  @Test
  void tokens_ofAlgorithmNone_areRefused() {
    for (String token : goodTokens()) {
      String claims = token.split("\\.", -1)[1];
      String header = Base64URL.encode("{\"alg\":\"none\"}").toString();
      assertThat(verifying.refusal(header + "." + claims + ".")).contains(Cause.ALGORITHM);
      String withKey = Base64URL.encode(json(token, 0, "alg", "\"none\"")).toString();
      assertThat(verifying.refusal(withKey + "." + claims + ".")).contains(Cause.ALGORITHM);
      assertThat(verifying.refusal(token.substring(0, token.lastIndexOf('.') + 1))).isPresent();
    }
  }

  @Test
  void tokens_signedWithThePublicKeyAsASecret_areRefused() throws JOSEException {
    RSAKey key = issuer.key();
    byte[] pem =
        ("-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.toPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n")
            .getBytes(StandardCharsets.US_ASCII);
    for (byte[] secret :
        List.of(
            key.toPublicKey().getEncoded(),
            pem,
            key.getModulus().decode(),
            key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
      for (String token : goodTokens()) {
        String content =
            Base64URL.encode(json(token, 0, "alg", "\"HS256\"")) + "." + token.split("\\.", -1)[1];
        Base64URL signature =
            new MACSigner(secret)
                .sign(
                    new JWSHeader(JWSAlgorithm.HS256), content.getBytes(StandardCharsets.US_ASCII));
        assertThat(verifying.refusal(content + "." + signature)).contains(Cause.ALGORITHM);
      }
    }
  }

  /** Token, claim, and what its absence or another text in it is refused for. */
  static Stream<List<String>> neededClaims() {
    return Stream.of(
        List.of("0", "iss", "UNKNOWN_ISSUER"),
        List.of("1", "iss", "UNKNOWN_ISSUER"),
        List.of("2", "iss", "UNKNOWN_ISSUER"),
        List.of("0", "exp", "NO_EXPIRY"),
        List.of("1", "exp", "NO_EXPIRY"),
        List.of("2", "exp", "NO_EXPIRY"),
        List.of("0", "client_id", "AUDIENCE"),
        List.of("1", "aud", "AUDIENCE"),
        List.of("2", "aud", "AUDIENCE"),
        List.of("0", "token_use", "TOKEN_USE"),
        List.of("1", "token_use", "TOKEN_USE"),
        List.of("2", "sub", "SUBJECT"),
        List.of("1", "sub", "NO_ID"),
        List.of("1", TestIssuer.TENANT_CLAIM, "NO_TENANT"));
  }

  @ParameterizedTest
  @MethodSource("neededClaims")
  void claims_thatAreNeeded_areRefusedWithoutThem_orOfAnotherType(List<String> needed) {
    String token = goodTokens().get(Integer.parseInt(needed.get(0)));
    String claim = needed.get(1);
    Cause cause = Cause.valueOf(needed.get(2));
    // Another entry may have come closer, since it never looks for this claim.
    Set<Cause> closer = EnumSet.range(cause, Cause.NO_TENANT);
    Optional<Cause> without = verifying.refusal(withClaim(token, claim, ""));
    assertThat(without).isPresent();
    assertThat(closer).contains(without.get());
    for (String value : VALUES) {
      if (value.equals("\"x\"") && cause.compareTo(Cause.NO_ID) >= 0) {
        continue; // It is as good as any.
      }
      Optional<Cause> refusal = verifying.refusal(withClaim(token, claim, value));
      assertThat(refusal).as("%s: %s", claim, value).isPresent();
      assertThat(refusal.get()).isNotIn(Cause.SIGNATURE, Cause.UNKNOWN_KEY);
    }
  }

  @ParameterizedTest
  @CsvSource({"iat", "nbf"})
  void claims_thatMayBeMissing_areRefusedWhenTheyAreNoTime(String claim) {
    for (String token : goodTokens()) {
      assertThat(verifying.refusal(withClaim(token, claim, ""))).isEmpty();
      for (String value : VALUES) {
        boolean fine = Set.of("null", "7", "0.5").contains(value);
        assertThat(verifying.refusal(withClaim(token, claim, value)).isEmpty())
            .as("%s: %s", claim, value)
            .isEqualTo(fine);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "true", "[]", "[\"minha-carona/list-all\"]", "{}"})
  void claims_thatAreNoScopes_areRefused(String scope) {
    assertThat(verifying.refusal(withClaim(issuer.serviceToken(), "scope", scope))).isPresent();
  }

  @Test
  void claims_ofUsers_mustBeIds() {
    for (String bad : List.of("", " ", "a b", "a/b", "a\\nb", "ã", "x".repeat(65), "a\\u0000")) {
      String text = "\"" + bad + "\"";
      String token = issuer.userToken("ana", "ipe");
      assertThat(verifying.refusal(withClaim(token, "sub", text))).contains(Cause.NO_ID);
      assertThat(verifying.refusal(withClaim(token, TestIssuer.TENANT_CLAIM, text)))
          .contains(Cause.NO_TENANT);
    }
    assertThat(verifying.refusal(issuer.userToken("x".repeat(64), "y".repeat(64)))).isEmpty();
  }

  @Test
  void claims_ofAClientOfAnother_areRefused() {
    String token = withClaim(issuer.serviceToken("list-all"), "client_id", "\"another\"");
    assertThat(verifying.refusal(token)).contains(Cause.AUDIENCE);
    String both = withClaim(issuer.serviceToken("list-all"), "aud", "\"another\"");
    assertThat(verifying.refusal(both)).contains(Cause.AUDIENCE);
    String nobody = withClaim(issuer.serviceToken("list-all"), "aud", "[]");
    assertThat(verifying.refusal(nobody)).contains(Cause.AUDIENCE);
  }

  @Test
  void claims_withoutTheRequiredScope_areRefused() {
    Issuer services = issuer.services();
    Issuer strict =
        new Issuer(
            "https://strict",
            services.jwks(),
            services.kind(),
            services.audiences(),
            services.tokenUse(),
            Set.of(),
            services.scopePrefix(),
            "list-all",
            Set.of(),
            services.idClaim(),
            "");
    try (Verifying other = new Verifying(strict)) {
      String without = withClaim(issuer.serviceToken("x"), "iss", "\"https://strict\"");
      assertThat(other.refusal(without)).contains(Cause.SCOPE);
    }
  }

  @Test
  void tokens_ofAnotherPool_areRefused() {
    try (TestIssuer other = new TestIssuer(verifying.wall)) {
      other.rotate();
      assertThat(verifying.refusal(other.operatorToken())).contains(Cause.UNKNOWN_ISSUER);
      String lying = withClaim(other.operatorToken(), "iss", "\"" + issuer.name() + "\"");
      String claims = json(lying, 1).toString();
      assertThat(verifying.refusal(TestIssuer.sign(json(lying, 0).toString(), claims, other.key())))
          .contains(Cause.UNKNOWN_KEY);
      assertThat(
              verifying.refusal(
                  TestIssuer.sign(TestIssuer.header(issuer.key()), claims, other.key())))
          .contains(Cause.SIGNATURE);
    }
  }

  @Test
  void keys_ofOneIssuer_verifyNoTokenOfAnother() {
    try (TestIssuer other = new TestIssuer(verifying.wall)) {
      other.rotate();
      try (Verifying both = new Verifying(other.operators())) {
        assertThat(both.refusal(other.operatorToken())).isEmpty();
        String crossed = withClaim(both.issuer.operatorToken(), "iss", "\"" + other.name() + "\"");
        assertThat(both.refusal(crossed)).contains(Cause.UNKNOWN_KEY);
      }
    }
  }

  @Test
  void tokens_cutShortOrChanged_areRefused() {
    String token = issuer.operatorToken();
    for (int length = 0; length < token.length(); length += 7) {
      assertThat(verifying.refusal(token.substring(0, length))).isPresent();
    }
    for (int i = 0; i < token.length() - 1; i += 5) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      assertThat(verifying.refusal(token.substring(0, i) + other + token.substring(i + 1)))
          .as("character %s", i)
          .isPresent();
    }
  }

  @Test
  void tokens_writtenInAnotherWay_areRefused() {
    String token = issuer.operatorToken();
    String[] parts = token.split("\\.", -1);
    assertThat(
            List.of(
                " " + token,
                token + " ",
                token + "\n",
                token + "=",
                token + ".",
                "." + token,
                "Bearer " + token,
                token + "." + parts[2],
                parts[0] + "." + parts[1] + ".!" + parts[2],
                parts[0] + "=." + parts[1] + "." + parts[2],
                token.replace('.', ' '),
                "..",
                ".",
                "é.é.é",
                ""))
        .allSatisfy(bad -> assertThat(verifying.refusal(bad)).contains(Cause.MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "7", "\"x\"", "", "{", "{}", "{\"alg\":null}", "[[[[[[[["})
  void tokens_ofOtherJson_areRefused(String json) {
    RSAKey key = issuer.key();
    String claims = json(issuer.operatorToken(), 1).toString();
    String deep = json.replace("[[[[[[[[", "[".repeat(2_500));
    assertThat(verifying.refusal(TestIssuer.sign(deep, claims, key))).contains(Cause.MALFORMED);
    assertThat(verifying.refusal(TestIssuer.sign(TestIssuer.header(key), deep, key)))
        .isPresent()
        .hasValueSatisfying(cause -> assertThat(cause).isIn(Cause.MALFORMED, Cause.UNKNOWN_ISSUER));
  }

  @Test
  void tokens_ofSevenKilobytes_areRefused_beforeAnythingElse() {
    String token = withClaim(issuer.operatorToken(), "pad", "\"" + "x".repeat(4_900) + "\"");
    assertThat(token).hasSizeGreaterThan(6_900);
    assertThat(verifying.refusal(token)).contains(Cause.TOO_LONG);
    String largest = withClaim(issuer.operatorToken(), "pad", "\"" + "x".repeat(2_200) + "\"");
    assertThat(largest).hasSizeBetween(3_500, TokenVerifier.MAX_LENGTH);
    assertThat(verifying.refusal(largest)).isEmpty();
  }

  @Test
  void tokens_thatEndedOrEndWithoutAnEnd_areRefused() {
    Instant now = verifying.wall.instant();
    String token = issuer.operatorToken();
    for (String end : List.of("0", "1", String.valueOf(now.minusSeconds(60).getEpochSecond()))) {
      assertThat(verifying.refusal(withClaim(token, "exp", end))).contains(Cause.EXPIRED);
    }
    for (String end : List.of("9223372036854775807", "1e18", "-5", "99999999999999999999")) {
      assertThat(verifying.refusal(withClaim(token, "exp", end))).contains(Cause.MALFORMED);
    }
  }
}
