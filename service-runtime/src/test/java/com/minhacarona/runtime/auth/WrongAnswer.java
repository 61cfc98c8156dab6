package com.minhacarona.runtime.auth;

import static com.minhacarona.runtime.testing.TestIssuer.respond;

import com.minhacarona.runtime.testing.TestIssuer;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;

/** What an issuer can answer instead of its keys. */
enum WrongAnswer {
  SERVER_ERROR,
  NOT_FOUND,
  EMPTY,
  HTML,
  NULL,
  NO_KEYS,
  KEYS_OF_ANOTHER_TYPE,
  NO_OBJECTS,
  ELLIPTIC,
  WEAK,
  WITHOUT_ID,
  FOR_ENCRYPTION,
  FOR_ANOTHER_ALGORITHM,
  HALF_OF_IT,
  LARGE,
  ENDLESS,
  REDIRECT,
  HANGS_UP,
  SILENT;

  /**
   * The answer.
   *
   * @param elsewhere where somebody who follows a redirect would be led to
   */
  TestIssuer.Answer of(TestIssuer issuer, TestIssuer elsewhere) throws JOSEException {
    RSAKey key = issuer.key();
    String good = "{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}";
    return switch (this) {
      case SERVER_ERROR -> respond(500, good);
      case NOT_FOUND -> respond(404, good);
      case EMPTY -> respond(200, "");
      case HTML -> respond(200, "<html>" + good);
      case NULL -> respond(200, "null");
      case NO_KEYS -> respond(200, "{\"keys\":[]}");
      case KEYS_OF_ANOTHER_TYPE -> respond(200, "{\"keys\":\"x\"}");
      case NO_OBJECTS -> respond(200, "{\"keys\":[null]}");
      case ELLIPTIC ->
          TestIssuer.keys(new ECKeyGenerator(Curve.P_256).keyID(key.getKeyID()).generate());
      case WEAK ->
          TestIssuer.keys(new RSAKeyGenerator(1024, true).keyID(key.getKeyID()).generate());
      case WITHOUT_ID -> TestIssuer.keys(new RSAKey.Builder(key).keyID(null).build());
      case FOR_ENCRYPTION ->
          TestIssuer.keys(new RSAKey.Builder(key).keyUse(KeyUse.ENCRYPTION).build());
      case FOR_ANOTHER_ALGORITHM ->
          TestIssuer.keys(new RSAKey.Builder(key).algorithm(JWSAlgorithm.RS512).build());
      case HALF_OF_IT -> respond(200, good.substring(0, good.length() / 2));
      case LARGE -> respond(200, good + " ".repeat(150_000));
      case ENDLESS ->
          exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] blanks = " ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
            while (true) {
              exchange.getResponseBody().write(blanks);
            }
          };
      case REDIRECT -> TestIssuer.redirectTo(elsewhere.jwks());
      case HANGS_UP -> TestIssuer.hangUp();
      case SILENT -> _ -> {};
    };
  }
}
