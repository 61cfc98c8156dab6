package com.minhacarona.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.process.ConfigurationException;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.testing.Pki;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings that are only good, or only safe, together. */
class ServiceConfigTest {
  private static final String SERVICES =
      """
      [{"issuer": "https://i", "jwks": "https://i/keys", "kind": "service", "audiences": ["a"]}]
      """;

  private final Map<String, String> variables =
      new HashMap<>(
          Map.of(
              "AWS_REGION",
              "sa-east-1",
              "MINHA_CARONA_AUTHENTICATION",
              "required",
              "MINHA_CARONA_ISSUERS",
              SERVICES));

  @Test
  void aServiceThatIsNotToldWhoMayCall_doesNotStart() {
    variables.remove("MINHA_CARONA_AUTHENTICATION");
    refusesToStart("MINHA_CARONA_AUTHENTICATION is not set");
  }

  @Test
  void proofs_areTakenOverTlsOnly() {
    refusesToStart("set MINHA_CARONA_TLS_CERTIFICATE and MINHA_CARONA_TLS_KEY");
    withTls();
    assertThat(read().server().listener().loopbackOnly()).isFalse();
  }

  @Test
  void withoutAuthentication_onlyThisMachineGetsThrough() {
    variables.put("MINHA_CARONA_AUTHENTICATION", "off");
    assertThat(read().server().listener().loopbackOnly()).isTrue();
    withTls();
    assertThat(read().server().listener().loopbackOnly()).isTrue();
  }

  @Test
  void certificates_areBelievedOnlyWithTheirCa() {
    withTls();
    for (Map.Entry<String, String> believing :
        Map.of(
                "MINHA_CARONA_CLIENT_CERTIFICATES", "[{\"name\": \"a.internal\"}]",
                "MINHA_CARONA_HEADER_CERTIFICATES", "verify")
            .entrySet()) {
      variables.put(believing.getKey(), believing.getValue());
      variables.remove("MINHA_CARONA_CLIENT_CA");
      refusesToStart("set MINHA_CARONA_CLIENT_CA");
      variables.put("MINHA_CARONA_CLIENT_CA", new Pki().pem());
      assertThat(read().auth().required()).isTrue();
      variables.remove(believing.getKey());
    }
  }

  @Test
  void aKeyInAnotherForm_isNotShown() {
    withTls();
    variables.put("MINHA_CARONA_TLS_KEY", "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg");
    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("MINHA_CARONA_TLS_KEY must be PEM")
        .message()
        .doesNotContain("MIGHAgEAMBMG");
  }

  private void withTls() {
    Pki.Signed server = new Pki().server();
    variables.put("MINHA_CARONA_TLS_CERTIFICATE", server.pem());
    variables.put("MINHA_CARONA_TLS_KEY", server.keyPem());
  }

  private void refusesToStart(String because) {
    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(because);
  }

  private ServiceConfig read() {
    Environment environment = new Environment(variables);
    ServiceConfig config = ServiceConfig.from(environment, "a-service", "a-table");
    environment.verify();
    return config;
  }
}
