package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentityStackTest {
  private static final String STACK = "minha-carona-production-identity";
  private static final String STAGING = "minha-carona-staging-identity";
  private static final String CLIENT = "AWS::Cognito::UserPoolClient";
  private static final String CONDOMINIO = "custom:condominio_id";
  private static final int STANDARD_PARAMETER_BYTES = 4096;

  private static final Callers SOME =
      new Callers(
          List.of("on-call", "aws-reserved/sso.amazonaws.com/support"),
          List.of(
              new Callers.Program("nightly", Set.of("list-all")),
              new Callers.Program("other-api", Set.of("on-behalf-of", "list-all"))),
          List.of(new Callers.Program("billing.internal", Set.of("on-behalf-of", "list-all"))));

  @Test
  void residents_carryTheirCondominium_andSignNobodyUpButBeingInvited() {
    JsonNode pool = Synthesis.DEPLOYED.only(STACK, "AWS::Cognito::UserPool");
    assertThat(pool.get("Schema"))
        .anySatisfy(a -> assertThat(a.get("Name").asText()).isEqualTo("condominio_id"));
    assertThat(pool.at("/AdminCreateUserConfig/AllowAdminCreateUserOnly").asBoolean()).isTrue();
    assertThat(pool.get("DeletionProtection").asText()).isEqualTo("ACTIVE");
    assertThat(pool.at("/Policies/PasswordPolicy/MinimumLength").asInt()).isEqualTo(12);
  }

  /** A client without a list could write all that is not listed for it elsewhere. */
  @Test
  void noClient_writesTheCondominium_andResidentsReadIt() {
    assertThat(Synthesis.DEPLOYED.properties(STACK, CLIENT))
        .hasSize(2)
        .allSatisfy(client ->
            assertThat(client.path("WriteAttributes"))
                .extracting(JsonNode::asText)
                .containsExactly("name"));
    assertThat(client("residents").get("ReadAttributes"))
        .extracting(JsonNode::asText)
        .contains(CONDOMINIO);
  }

  @Test
  void residents_signInByPasswordThatIsNeverSent_andWithoutOAuth() {
    JsonNode client = client("residents");
    assertThat(client.path("GenerateSecret").asBoolean()).isFalse();
    assertThat(client.get("ExplicitAuthFlows"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH");
    assertThat(client.get("AllowedOAuthFlowsUserPoolClient").asBoolean()).isFalse();
    assertThat(client.get("PreventUserExistenceErrors").asText()).isEqualTo("ENABLED");
  }

  @Test
  void thePublicApi_getsTokensByItsOwnCredentials_toActForResidentsOnly() {
    JsonNode client = client("public-api");
    assertThat(client.get("GenerateSecret").asBoolean()).isTrue();
    assertThat(client.get("AllowedOAuthFlows"))
        .extracting(JsonNode::asText)
        .containsExactly("client_credentials");
    assertThat(client.get("ExplicitAuthFlows"))
        .as("no user signs in by it")
        .extracting(JsonNode::asText)
        .containsExactly("ALLOW_REFRESH_TOKEN_AUTH");
    assertThat(client.get("AllowedOAuthScopes")).hasSize(1);
    assertThat(client.get("AllowedOAuthScopes").toString()).contains("/on-behalf-of");
    JsonNode server = Synthesis.DEPLOYED.only(STACK, "AWS::Cognito::UserPoolResourceServer");
    assertThat(server.get("Identifier").asText()).isEqualTo("minha-carona");
    assertThat(server.get("Scopes"))
        .extracting(s -> s.get("ScopeName").asText())
        .containsExactlyInAnyOrder("on-behalf-of", "list-all");
    assertThat(Synthesis.DEPLOYED.properties(STACK, "AWS::Cognito::UserPoolDomain")).hasSize(1);
  }

  @Test
  void tokens_lastAnHourAtMost() {
    assertThat(Synthesis.DEPLOYED.properties(STACK, CLIENT))
        .allSatisfy(client -> {
          assertThat(client.get("AccessTokenValidity").asInt()).isBetween(5, 60);
          assertThat(client.at("/TokenValidityUnits/AccessToken").asText()).isEqualTo("minutes");
        });
    JsonNode residents = client("residents");
    assertThat(residents.get("IdTokenValidity").asInt()).isBetween(5, 60);
    assertThat(residents.at("/TokenValidityUnits/IdToken").asText()).isEqualTo("minutes");
  }

  @Test
  void believed_areTheApisAccessTokens_andResidentsIdTokens_ofThisPool() throws IOException {
    JsonNode issuers = stored(Synthesis.DEPLOYED, STACK, "production/issuers");
    String pool = "https://cognito-idp.sa-east-1.amazonaws.com/" + ref("AWS::Cognito::UserPool");
    assertThat(issuers)
        .hasSize(2)
        .allSatisfy(i -> {
          assertThat(i.get("issuer").asText()).isEqualTo(pool);
          assertThat(i.get("jwks").asText()).isEqualTo(pool + "/.well-known/jwks.json");
        });
    JsonNode api = issuers.get(0);
    assertThat(api.get("kind").asText()).isEqualTo("service");
    assertThat(api.get("audiences"))
        .extracting(JsonNode::asText)
        .containsExactly(clientId("public-api"));
    assertThat(api.get("tokenUse").asText()).isEqualTo("access");
    assertThat(api.get("scopePrefix").asText() + api.get("requiredScope").asText())
        .isEqualTo("minha-carona/on-behalf-of");
    JsonNode residents = issuers.get(1);
    assertThat(residents.get("kind").asText()).isEqualTo("user");
    assertThat(residents.get("audiences"))
        .extracting(JsonNode::asText)
        .containsExactly(clientId("residents"));
    assertThat(residents.get("tokenUse").asText()).isEqualTo("id");
    assertThat(residents.get("tenantClaim").asText()).isEqualTo(CONDOMINIO);
  }

  @Test
  void byDefault_noRoleAndNoCertificateIsBelieved() throws IOException {
    assertThat(stored(Synthesis.DEPLOYED, STACK, "production/client-certificates")).isEmpty();
  }

  @Test
  void rolesOfTheAccount_callWithTokensOfIam_onCallOnlyLooking() throws IOException {
    Synthesis synthesis = Synthesis.of(Configs.callers(EnvironmentConfig.STAGING, SOME));
    JsonNode issuers = stored(synthesis, STAGING, "staging/issuers");
    assertThat(issuers).hasSize(5);
    JsonNode onCall = issuers.get(2);
    assertThat(onCall.get("kind").asText()).isEqualTo("operator");
    assertThat(onCall.get("issuer").asText()).contains("iamissuer");
    assertThat(onCall.at("/audiences/0").asText()).isEqualTo("minha-carona-staging-grpc");
    assertThat(onCall.get("subjects"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "arn:aws:iam::<AWS::AccountId>:role/on-call",
            "arn:aws:iam::<AWS::AccountId>:role/aws-reserved/sso.amazonaws.com/support");
    assertThat(onCall.has("grants")).isFalse();
    JsonNode nightly = issuers.get(3);
    assertThat(nightly.get("kind").asText()).isEqualTo("service");
    assertThat(nightly.get("subjects")).hasSize(1);
    assertThat(nightly.get("grants")).extracting(JsonNode::asText).containsExactly("list-all");
    assertThat(issuers.get(4).get("grants")).hasSize(2);
    assertThat(stored(synthesis, STAGING, "staging/client-certificates").toString())
        .isEqualTo("[{\"name\":\"billing.internal\",\"scopes\":[\"list-all\",\"on-behalf-of\"]}]");
  }

  @Test
  void noIssuerIsBelieved_whoseKeysCannotBeReached() throws IOException {
    Synthesis synthesis =
        Synthesis.of(
            Configs.egress(
                Configs.callers(EnvironmentConfig.STAGING, SOME), Egress.INTERFACE_ENDPOINTS));
    assertThat(stored(synthesis, STAGING, "staging/issuers")).isEmpty();
    assertThat(stored(synthesis, STAGING, "staging/client-certificates")).hasSize(1);
  }

  @Test
  void whatIsStored_fitsAParameterThatCostsNothing() throws IOException {
    Synthesis synthesis = Synthesis.of(Configs.callers(EnvironmentConfig.STAGING, SOME));
    assertThat(synthesis.properties(STAGING, "AWS::SSM::Parameter"))
        .hasSize(2)
        .allSatisfy(p -> {
          assertThat(p.path("Tier").asText("Standard")).isEqualTo("Standard");
          // References are shorter than what they stand for, by some fifty bytes each.
          assertThat(text(p.get("Value"))).hasSizeLessThan(STANDARD_PARAMETER_BYTES / 2);
        });
  }

  private static JsonNode client(String name) {
    return Synthesis.DEPLOYED.resources(STACK, CLIENT).get(logicalId(name)).get("Properties");
  }

  private static String clientId(String name) {
    return "<" + logicalId(name) + ">";
  }

  private static String logicalId(String name) {
    return Synthesis.DEPLOYED.resources(STACK, CLIENT).entrySet().stream()
        .filter(c -> c.getValue().at("/Properties/ClientName").asText().endsWith("-" + name))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static String ref(String type) {
    return "<" + Synthesis.DEPLOYED.resources(STACK, type).keySet().iterator().next() + ">";
  }

  /** What a parameter holds, with references as texts. */
  private static JsonNode stored(Synthesis synthesis, String stack, String name)
      throws JsonProcessingException {
    JsonNode parameter =
        synthesis.properties(stack, "AWS::SSM::Parameter").stream()
            .filter(p -> p.get("Name").asText().equals("/minha-carona/" + name))
            .findFirst()
            .orElseThrow();
    return new ObjectMapper().readTree(text(parameter.get("Value")));
  }

  private static String text(JsonNode value) {
    if (value.isTextual()) {
      return value.asText();
    }
    if (value.has("Ref")) {
      return "<" + value.get("Ref").asText() + ">";
    }
    StringBuilder joined = new StringBuilder();
    value.at("/Fn::Join/1").forEach(part -> joined.append(text(part)));
    return joined.toString();
  }
}
