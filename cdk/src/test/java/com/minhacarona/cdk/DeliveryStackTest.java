package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryStackTest {
  private static final String STACK = "minha-carona-delivery";
  private static final String COPIES = "minha-carona-delivery-copies";
  private static final String REPOSITORY = "AWS::ECR::Repository";

  @ParameterizedTest
  @ValueSource(strings = {STACK, COPIES})
  void anImage_isItsVersionForEver_andIsLookedAtWhenItComes(String stack) {
    assertThat(Synthesis.DEPLOYED.properties(stack, REPOSITORY))
        .hasSize(4)
        .allSatisfy(r -> {
          assertThat(r.get("ImageTagMutability").asText()).isEqualTo("IMMUTABLE_WITH_EXCLUSION");
          assertThat(r.get("ImageTagMutabilityExclusionFilters"))
              .extracting(f -> f.get("ImageTagMutabilityExclusionFilterValue").asText())
              .containsExactly("next-*", "running-*", "previous-*");
          assertThat(r.at("/ImageScanningConfiguration/ScanOnPush").asBoolean()).isTrue();
        })
        .extracting(r -> r.get("RepositoryName").asText())
        .containsExactlyInAnyOrder(
            "minha-carona/both-services",
            "minha-carona/carona-service",
            "minha-carona/reserva-service",
            "minha-carona/xray-daemon");
  }

  @ParameterizedTest
  @ValueSource(strings = {STACK, COPIES})
  void whatAnEnvironmentRuns_isSelectedByARuleThatRemovesNothing(String stack) {
    assertThat(Synthesis.DEPLOYED.properties(stack, REPOSITORY))
        .allSatisfy(r -> {
          JsonNode rules =
              new ObjectMapper()
                  .readTree(r.at("/LifecyclePolicy/LifecyclePolicyText").asText())
                  .get("rules");
          // As ECR applies them: by priority, and an image belongs to the first that selects it.
          assertThat(rules).extracting(rule -> rule.get("rulePriority").asInt()).isSorted();
          for (int n = 0; n < ImageRepositories.MARKS.size(); n++) {
            JsonNode selection = rules.get(n).get("selection");
            // Several prefixes in one rule would select what has all of them.
            assertThat(selection.get("tagPrefixList"))
                .extracting(JsonNode::asText)
                .containsExactly(ImageRepositories.MARKS.get(n));
            assertThat(selection.get("countType").asText()).isEqualTo("imageCountMoreThan");
            assertThat(selection.get("countNumber").asInt())
                .isEqualTo(EnvironmentConfig.ALL.size());
          }
          assertThat(rules)
              .extracting(rule -> rule.at("/selection/tagStatus").asText())
              .containsExactly("tagged", "tagged", "tagged", "untagged", "any");
          assertThat(rules.get(3).at("/selection/countType").asText())
              .isEqualTo("sinceImagePushed");
          assertThat(rules.get(4).at("/selection/countNumber").asInt()).isEqualTo(50);
        });
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

  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void jobsOfOneEnvironmentAlone_deployIt(String environment) {
    JsonNode trust = role(environment).at("/AssumeRolePolicyDocument/Statement");
    assertThat(trust).hasSize(1);
    assertThat(trust.at("/0/Action").asText()).isEqualTo("sts:AssumeRoleWithWebIdentity");
    assertThat(
            strings(
                trust.at("/0/Condition/StringEquals/token.actions.githubusercontent.com:sub"),
                Map.of("Repositories", List.of("acme@1/rides@2", "acme/rides"))))
        .containsExactly(
            "repo:acme@1/rides@2:environment:" + environment,
            "repo:acme/rides:environment:" + environment);
  }

  @Test
  void aRole_takesTheRolesOfItsOwnBootstrap() {
    assertThat(role("staging").toString()).contains("role/cdk-mcstaging-").doesNotContain("mcprod");
    assertThat(role("production").toString())
        .contains("role/cdk-mcprod-")
        .doesNotContain("mcstaging");
    assertThat(Synthesis.DEPLOYED.templates().get(STACK).toString()).doesNotContain("hnb659fds-");
  }

  private static JsonNode role(String environment) {
    return Synthesis.DEPLOYED.properties(STACK, "AWS::IAM::Role").stream()
        .filter(r -> r.get("RoleName").asText().equals("minha-carona-delivery-" + environment))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRepository_isNamedInBothForms_andNeverByAPattern() {
    Pattern allowed =
        Pattern.compile(
            Synthesis.DEPLOYED
                .templates()
                .get(STACK)
                .at("/Parameters/Repositories/AllowedPattern")
                .asText());
    assertThat(List.of("acme/rides", "acme@123/rides@456", "a-b/c.d_e"))
        .allMatch(name -> allowed.matcher(name).matches());
    assertThat(List.of("", "acme/*", "*/rides", "acme@*/rides@*", "acme/rides:environment:x"))
        .noneMatch(name -> allowed.matcher(name).matches());
  }

  @Test
  void theIdentityProvider_isMade_unlessTheAccountHasOne() {
    JsonNode template = Synthesis.DEPLOYED.templates().get(STACK);
    assertThat(template.at("/Parameters/IdentityProvider/Default").asText()).isEmpty();
    String made = "MakeIdentityProvider";
    assertThat(template.at("/Conditions/" + made).toString())
        .isEqualTo("{\"Fn::Equals\":[{\"Ref\":\"IdentityProvider\"},\"\"]}");
    assertThat(Synthesis.DEPLOYED.resources(STACK, "AWS::IAM::OIDCProvider").values())
        .singleElement()
        .satisfies(provider -> assertThat(provider.path("Condition").asText()).isEqualTo(made));
    assertThat(role("production").toString())
        .contains(
            "{\"Federated\":{\"Fn::If\":[\"%s\",".formatted(made),
            ",{\"Ref\":\"IdentityProvider\"}]}}");
  }

  /** As CloudFormation computes it, with these values for lists. */
  private static List<String> strings(JsonNode node, Map<String, List<String>> parameters) {
    if (node.has("Fn::Split")) {
      String whole = String.join("", strings(node.at("/Fn::Split/1"), parameters));
      return List.of(whole.split(Pattern.quote(node.at("/Fn::Split/0").asText()), -1));
    }
    if (node.has("Fn::Join")) {
      JsonNode of = node.at("/Fn::Join/1");
      List<String> parts =
          of.isArray()
              ? of.valueStream().flatMap(part -> strings(part, parameters).stream()).toList()
              : strings(of, parameters);
      return List.of(String.join(node.at("/Fn::Join/0").asText(), parts));
    }
    if (node.has("Ref")) {
      return parameters.get(node.get("Ref").asText());
    }
    return List.of(node.asText());
  }
}
