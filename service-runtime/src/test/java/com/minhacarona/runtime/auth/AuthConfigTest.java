package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.process.ConfigurationException;
import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthConfigTest {
  private static final String MODE = "MINHA_CARONA_AUTHENTICATION";
  private static final String ISSUERS = "MINHA_CARONA_ISSUERS";
  private static final String CERTIFICATES = "MINHA_CARONA_CLIENT_CERTIFICATES";

  private static final String SERVICE =
      """
      {"issuer": "https://pool", "jwks": "https://pool/jwks.json", "kind": "service",
       "audiences": ["api"]}\
      """;

  /** With another value of a field, or without it when the value is empty. */
  private static String service(String field, String value) {
    String others = SERVICE.replaceAll("\"" + field + "\": (\\[[^]]*]|\"[^\"]*\"),?", "");
    String added = value.isEmpty() ? "" : "\"%s\": %s,".formatted(field, value);
    return "[{" + added + others.strip().substring(1).replaceAll(",\\s*}", "}") + "]";
  }

  @Test
  void from_withoutAMode_doesNotStart() {
    assertThat(problem(Map.of())).isEqualTo(MODE + " is not set, and must be one of off, required");
  }

  @Test
  void from_ofAnotherMode_doesNotStart() {
    assertThat(problem(Map.of(MODE, "on")))
        .isEqualTo(MODE + " must be one of off, required, and is 'on'");
  }

  @Test
  void from_requiredOfNobody_doesNotStart() {
    assertThat(problem(Map.of(MODE, "required", ISSUERS, "[]")))
        .isEqualTo(
            "%s is 'required', and neither %s nor %s lists anybody"
                .formatted(MODE, ISSUERS, CERTIFICATES));
  }

  @Test
  void from_off_isOpen() {
    assertThat(config(Map.of(MODE, "off"))).isEqualTo(AuthConfig.OPEN);
  }

  @Test
  void from_anEntryWithTheLeast_hasDefaults() {
    assertThat(config(Map.of(MODE, "required", ISSUERS, "[" + SERVICE + "]")).issuers())
        .containsExactly(
            new Issuer(
                "https://pool",
                URI.create("https://pool/jwks.json"),
                Caller.Kind.SERVICE,
                Set.of("api"),
                "",
                Set.of(),
                "",
                "",
                Set.of(),
                "sub",
                ""));
  }

  @Test
  void from_anEntryWithEverything_isRead() {
    String json =
        """
        [{"issuer": "i", "jwks": "http://127.0.0.1:8080/keys", "kind": "user",
          "audiences": ["a", "b"], "tokenUse": "id", "subjects": ["s"], "scopePrefix": "p/",
          "requiredScope": "r", "grants": ["g"], "idClaim": "username", "tenantClaim": "t"}]
        """;
    assertThat(config(Map.of(MODE, "required", ISSUERS, json)).issuers())
        .containsExactly(
            new Issuer(
                "i",
                URI.create("http://127.0.0.1:8080/keys"),
                Caller.Kind.USER,
                Set.of("a", "b"),
                "id",
                Set.of("s"),
                "p/",
                "r",
                Set.of("g"),
                "username",
                "t"));
  }

  @Test
  void from_certificates_areRead() {
    AuthConfig config =
        config(
            Map.of(
                MODE,
                "required",
                CERTIFICATES,
                "[{\"name\": \"api.internal\", \"scopes\": [\"on-behalf-of\"]}, {\"name\": \"b\"}]",
                "MINHA_CARONA_HEADER_CERTIFICATES",
                "verify"));
    assertThat(config.certificates())
        .containsExactly(
            new ListedCertificate("api.internal", Set.of("on-behalf-of")),
            new ListedCertificate("b", Set.of()));
    assertThat(config.certificateHeader()).isEqualTo(CertificateHeader.VERIFY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "issuer        |             | entry 1: issuer must be there",
        "issuer        | \" \"       | entry 1: issuer must be there",
        "issuer        | null        | entry 1: issuer must be a text",
        "issuer        | 7           | entry 1: issuer must be a text",
        "jwks          |             | entry 1: jwks must be there",
        "jwks          | \"http://h\"| entry 1: jwks must be an https address",
        "jwks          | \"https:\"  | entry 1: jwks must be an https address",
        "jwks          | \"https:/x\"| entry 1: jwks must be an https address",
        "jwks          | \"https://u:p@h\" | entry 1: jwks must be an https address",
        "jwks          | \"file:///etc/passwd\" | entry 1: jwks must be an https address",
        "jwks          | \"http://127.0.0.1.example.com\" | entry 1: jwks must be an https address",
        "jwks          | \"no address\" | entry 1: jwks must be an https address",
        "kind          |             | entry 1: kind must be there",
        "kind          | \"admin\"   | entry 1: kind must be one of operator, service, user",
        "kind          | \"user\"    | entry 1: a user must have a tenantClaim",
        "audiences     |             | entry 1: audiences must not be empty",
        "audiences     | []          | entry 1: audiences must not be empty",
        "audiences     | \"api\"     | entry 1: audiences must be a list of texts",
        "audiences     | [1]         | entry 1: audiences must be a list of texts",
        "audiences     | [null]      | entry 1: audiences must be a list of texts",
        "audiences     | {\"a\":\"b\"} | entry 1: audiences must be a list of texts",
        "audiences     | [\" \"]     | entry 1: audiences must not have an empty text",
        "tokenUse      | true        | entry 1: tokenUse must be a text",
        "subjects      | \"*\"       | entry 1: subjects must be a list of texts",
        "scopePrefix   | []          | entry 1: scopePrefix must be a text",
        "requiredScope | {}          | entry 1: requiredScope must be a text",
        "grants        | 1           | entry 1: grants must be a list of texts",
        "idClaim       | null        | entry 1: idClaim must be a text",
        "idClaim       | \"\"        | entry 1: idClaim must not be empty",
        "tenantClaim   | 1           | entry 1: tenantClaim must be a text",
        "audience      | [\"api\"]   | entry 1: has unknown fields: audience",
        "algorithm     | \"HS256\"   | entry 1: has unknown fields: algorithm",
      })
  void from_anEntryThatIsWrong_saysWhat(String field, String value, String message) {
    String json = service(field, value == null ? "" : value);
    assertThat(problem(Map.of(MODE, "required", ISSUERS, json)))
        .isEqualTo("%s must be a JSON list of issuers: %s".formatted(ISSUERS, message));
  }

  @Test
  void from_theSecondEntryThatIsWrong_saysWhich() {
    String json = "[%s, {\"issuer\": \"i\"}]".formatted(SERVICE);
    assertThat(problem(Map.of(MODE, "required", ISSUERS, json)))
        .endsWith("entry 2: kind must be there");
  }

  @Test
  void from_oneIssuerWithTwoAddresses_isRefused() {
    String json = "[%s, %s]".formatted(SERVICE, SERVICE.replace("jwks.json", "others.json"));
    assertThat(problem(Map.of(MODE, "required", ISSUERS, json)))
        .endsWith("one issuer must have one jwks in all its entries");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{", "]", "[{]", "[{\"a\" 1}]", "[] []", "segredo", "'", "[NaN]"})
  void from_whatIsNoJson_saysWhere_andShowsNothingOfIt(String json) {
    assertThat(problem(Map.of(MODE, "required", ISSUERS, json)))
        .matches(ISSUERS + " must be a JSON list of issuers: it is no JSON at line 1, column \\d+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "7", "\"segredo\""})
  void from_whatIsNoList_isRefused(String json) {
    assertThat(problem(Map.of(MODE, "required", ISSUERS, json))).endsWith(": it is no list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[null]", "[7]", "[\"segredo\"]", "[[]]"})
  void from_anEntryThatIsNoObject_isRefused(String json) {
    assertThat(problem(Map.of(MODE, "required", ISSUERS, json)))
        .endsWith(": entry 1: is no object");
  }

  @Test
  void from_aFieldTwice_isRefused() {
    String json = "[{\"name\": \"a\", \"name\": \"b\"}]";
    assertThat(problem(Map.of(MODE, "required", CERTIFICATES, json)))
        .startsWith(CERTIFICATES + " must be a JSON list of certificates: it has a field twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[{}]                                  | entry 1: name must be there",
        "[{\"name\": 1}]                       | entry 1: name must be a text",
        "[{\"name\": \"a\", \"scopes\": \"x\"}]| entry 1: scopes must be a list of texts",
        "[{\"name\": \"a\", \"kind\": \"user\"}] | entry 1: has unknown fields: kind",
        "[{\"name\": \"a\"}, {\"name\": \"a\"}] | a certificate is listed twice: a",
      })
  void from_aCertificateThatIsWrong_saysWhat(String json, String message) {
    assertThat(problem(Map.of(MODE, "required", CERTIFICATES, json)))
        .isEqualTo("%s must be a JSON list of certificates: %s".formatted(CERTIFICATES, message));
  }

  @Test
  void from_headerCertificatesOfAnotherWord_areRefused() {
    assertThat(problem(Map.of(MODE, "off", "MINHA_CARONA_HEADER_CERTIFICATES", "yes")))
        .isEqualTo(
            "MINHA_CARONA_HEADER_CERTIFICATES must be one of off, passthrough, verify, and is"
                + " 'yes'");
  }

  private static AuthConfig config(Map<String, String> variables) {
    Environment environment = new Environment(variables);
    AuthConfig config = AuthConfig.from(environment);
    environment.verify();
    return config;
  }

  /** The only problem with these variables. */
  private static String problem(Map<String, String> variables) {
    ConfigurationException refusal =
        catchThrowableOfType(ConfigurationException.class, () -> config(new HashMap<>(variables)));
    return refusal
        .getMessage()
        .lines()
        .skip(1)
        .map(String::strip)
        .reduce((one, other) -> one + " AND " + other)
        .orElseThrow();
  }
}
