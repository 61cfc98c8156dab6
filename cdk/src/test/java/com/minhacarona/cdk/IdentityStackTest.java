package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class IdentityStackTest {
  private static final String STACK = "minha-carona-production-identity";

  @Test
  void residents_carryTheirCondominium_andSignNobodyUpButBeingInvited() {
    JsonNode pool = Synthesis.DEPLOYED.only(STACK, "AWS::Cognito::UserPool");
    assertThat(pool.get("Schema"))
        .anySatisfy(a -> assertThat(a.get("Name").asText()).isEqualTo("condominio_id"));
    assertThat(pool.at("/AdminCreateUserConfig/AllowAdminCreateUserOnly").asBoolean()).isTrue();
    assertThat(pool.get("DeletionProtection").asText()).isEqualTo("ACTIVE");
    assertThat(pool.at("/Policies/PasswordPolicy/MinimumLength").asInt()).isEqualTo(12);
  }

  @Test
  void services_getTokensWithTheInternalScope_byTheirOwnCredentials() {
    JsonNode client = Synthesis.DEPLOYED.only(STACK, "AWS::Cognito::UserPoolClient");
    assertThat(client.get("GenerateSecret").asBoolean()).isTrue();
    assertThat(client.get("AllowedOAuthFlows"))
        .extracting(JsonNode::asText)
        .containsExactly("client_credentials");
    assertThat(client.get("AllowedOAuthScopes").toString()).contains("/internal");
  }
}
