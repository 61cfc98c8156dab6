package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class DeliveryStackTest {
  private static final String STACK = "minha-carona-delivery";

  @Test
  void anImage_isItsVersionForEver_andIsLookedAtWhenItComes() {
    assertThat(Synthesis.DEPLOYED.properties(STACK, "AWS::ECR::Repository"))
        .hasSize(4)
        .allSatisfy(r -> {
          assertThat(r.get("ImageTagMutability").asText()).isEqualTo("IMMUTABLE");
          assertThat(r.at("/ImageScanningConfiguration/ScanOnPush").asBoolean()).isTrue();
        })
        .extracting(r -> r.get("RepositoryName").asText())
        .containsExactlyInAnyOrder(
            "minha-carona/both-services",
            "minha-carona/carona-service",
            "minha-carona/reserva-service",
            "minha-carona/xray-daemon");
  }

  @Test
  void images_areInTheOtherRegionToo() {
    JsonNode rule =
        Synthesis.DEPLOYED
            .only(STACK, "AWS::ECR::ReplicationConfiguration")
            .at("/ReplicationConfiguration/Rules/0");
    assertThat(rule.at("/Destinations/0/Region").asText()).isEqualTo("us-east-1");
    assertThat(rule.at("/RepositoryFilters/0/Filter").asText()).isEqualTo("minha-carona/");
  }

  @Test
  void onlyWorkflowsOfTheRepository_forAnEnvironment_deploy() {
    JsonNode trust =
        Synthesis.DEPLOYED
            .only(STACK, "AWS::IAM::Role")
            .at("/AssumeRolePolicyDocument/Statement/0");
    assertThat(trust.get("Action").asText()).isEqualTo("sts:AssumeRoleWithWebIdentity");
    JsonNode subjects = trust.at("/Condition/StringEquals/token.actions.githubusercontent.com:sub");
    assertThat(subjects).hasSize(2);
    assertThat(subjects.toString())
        .contains("{\"Ref\":\"Repository\"}", ":environment:staging", ":environment:production");
  }
}
