package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BoundariesStackTest {
  private static final String STACK = "minha-carona-boundaries";

  /** "IAM and AWS STS quotas": characters of a managed policy, without white space. */
  private static final int MOST_CHARACTERS = 6_144;

  @ParameterizedTest
  @CsvSource({
    "dynamodb:DeleteTable, arn:aws:dynamodb:sa-east-1:1:table/minha-carona-production",
    "ssm:GetParameter, arn:aws:ssm:sa-east-1:1:parameter/minha-carona/production/tls-key",
    "ecs:UpdateService, arn:aws:ecs:us-east-1:1:service/minha-carona-recovery-cluster/x",
    "cloudformation:DeleteStack,"
        + " arn:aws:cloudformation:sa-east-1:1:stack/minha-carona-production-table/x",
    "cloudformation:UpdateStack, arn:aws:cloudformation:sa-east-1:1:stack/CDKToolkit-mcprod/x",
    "cloudformation:UpdateStack, arn:aws:cloudformation:sa-east-1:1:stack/minha-carona-delivery/x",
    "cloudformation:UpdateStack,"
        + " arn:aws:cloudformation:sa-east-1:1:stack/minha-carona-boundaries/x",
    "sts:AssumeRole, arn:aws:iam::1:role/cdk-mcprod-deploy-role-1-sa-east-1",
    "sts:AssumeRole, arn:aws:iam::1:role/minha-carona-delivery-production",
    "iam:PutRolePolicy, arn:aws:iam::1:role/minha-carona-production-api",
    "iam:UpdateAssumeRolePolicy, arn:aws:iam::1:role/minha-carona-delivery-production",
    "iam:UpdateAssumeRolePolicy, arn:aws:iam::1:role/somebody-else",
    "iam:DeleteRolePermissionsBoundary, arn:aws:iam::1:role/cdk-mcstaging-cfn-exec-role-1-x",
    "iam:DeleteRolePermissionsBoundary, arn:aws:iam::1:role/minha-carona-staging-api",
    "iam:CreatePolicyVersion, arn:aws:iam::1:policy/minha-carona-boundary-staging",
    "iam:PassRole, arn:aws:iam::1:role/minha-carona-production-api",
    "iam:PassRole, arn:aws:iam::1:role/cdk-mcprod-cfn-exec-role-1-sa-east-1",
    "ecr:BatchDeleteImage, arn:aws:ecr:sa-east-1:1:repository/minha-carona/carona-service",
    "s3:DeleteObject, arn:aws:s3:::minha-carona-functions-1-sa-east-1/api/x.zip",
  })
  void staging_reachesNeitherProduction_norWhatIsTheAccounts(String action, String resource) {
    assertThat(allowed(Bootstrap.STAGING, action, resource)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "dynamodb:DeleteTable, arn:aws:dynamodb:sa-east-1:1:table/minha-carona-staging",
    "ssm:GetParameter, arn:aws:ssm:sa-east-1:1:parameter/minha-carona/staging/tls-key",
    "cloudformation:UpdateStack,"
        + " arn:aws:cloudformation:sa-east-1:1:stack/minha-carona-staging-table/x",
    "iam:DeleteRole, arn:aws:iam::1:role/minha-carona-staging-api",
    "iam:CreateServiceLinkedRole, arn:aws:iam::1:role/aws-service-role/ecs.amazonaws.com/x",
    "iam:PassRole, arn:aws:iam::1:role/minha-carona-staging-api",
    "iam:PassRole, arn:aws:iam::1:role/cdk-mcstaging-cfn-exec-role-1-sa-east-1",
    "ecr:BatchGetImage, arn:aws:ecr:sa-east-1:1:repository/minha-carona/carona-service",
    "s3:GetObject, arn:aws:s3:::minha-carona-functions-1-sa-east-1/api/x.zip",
    "ec2:CreateVpc, *",
  })
  void staging_reachesItsOwn(String action, String resource) {
    assertThat(allowed(Bootstrap.STAGING, action, resource)).isTrue();
  }

  @Test
  void production_alsoReachesWhatTakesItsPlace() {
    for (String environment : List.of("production", "recovery")) {
      String table = "arn:aws:dynamodb:us-east-1:1:table/minha-carona-" + environment;
      assertThat(allowed(Bootstrap.PRODUCTION, "dynamodb:DeleteTable", table)).isTrue();
    }
    String table = "arn:aws:dynamodb:us-east-1:1:table/minha-carona-staging";
    assertThat(allowed(Bootstrap.PRODUCTION, "dynamodb:DeleteTable", table)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Bootstrap.class)
  void whatHasNoNameOfItsOwn_isKnownByItsTag(Bootstrap bootstrap) {
    assertThat(statement(bootstrap, "OtherTags").at("/Condition/StringEquals").toString())
        .isEqualTo(
            bootstrap.others().stream()
                .map(c -> "\"" + c.name() + "\"")
                .collect(Collectors.joining(",", "{\"aws:ResourceTag/environment\":[", "]}")));
  }

  @ParameterizedTest
  @EnumSource(Bootstrap.class)
  void aRole_isMadeWithTheSameBounds_orNotAtAll(Bootstrap bootstrap) {
    JsonNode made = statement(bootstrap, "RolesWithoutBounds");
    assertThat(made.get("Effect").asText()).isEqualTo("Deny");
    assertThat(made.get("Action").toString()).contains("iam:CreateRole", "iam:PutRolePolicy");
    assertThat(text(made.at("/Condition/StringNotEquals/iam:PermissionsBoundary")))
        .isEqualTo("arn:aws:iam::1:policy/" + bootstrap.boundary());
    for (EnvironmentConfig config : bootstrap.environments()) {
      List<JsonNode> roles =
          Synthesis.DEPLOYED.templates().keySet().stream()
              .filter(stack -> stack.startsWith(config.named("")))
              .flatMap(s -> Synthesis.DEPLOYED.properties(s, "AWS::IAM::Role").stream())
              .toList();
      assertThat(roles)
          .isNotEmpty()
          .allSatisfy(role ->
              assertThat(text(role.path("PermissionsBoundary")))
                  .isEqualTo("arn:aws:iam::1:policy/" + bootstrap.boundary()));
    }
  }

  @ParameterizedTest
  @EnumSource(Bootstrap.class)
  void aBoundary_isNotTooLong(Bootstrap bootstrap) {
    assertThat(length(policy(bootstrap).get("PolicyDocument"))).isLessThan(MOST_CHARACTERS);
  }

  @ParameterizedTest
  @EnumSource(Bootstrap.class)
  void anEnvironment_isDeployedByItsOwnBootstrap(Bootstrap bootstrap) {
    for (EnvironmentConfig config : bootstrap.environments()) {
      assertThat(
              Synthesis.DEPLOYED
                  .templates()
                  .get(config.named("services"))
                  .at("/Parameters/BootstrapVersion/Default")
                  .asText())
          .isEqualTo("/cdk-bootstrap/%s/version".formatted(bootstrap.qualifier()));
    }
  }

  /** As IAM decides, without tags, and for roles that have the boundary. */
  private static boolean allowed(Bootstrap bootstrap, String action, String resource) {
    List<JsonNode> matching =
        policy(bootstrap)
            .at("/PolicyDocument/Statement")
            .valueStream()
            .filter(s -> !s.has("Condition"))
            .filter(s -> matches(s.get("Action"), action))
            .filter(s ->
                s.has("Resource")
                    ? matches(s.get("Resource"), resource)
                    : !matches(s.get("NotResource"), resource))
            .toList();
    return matching.stream().anyMatch(s -> s.get("Effect").asText().equals("Allow"))
        && matching.stream().noneMatch(s -> s.get("Effect").asText().equals("Deny"));
  }

  private static boolean matches(JsonNode patterns, String value) {
    return (patterns.isArray() ? patterns.valueStream() : Stream.of(patterns))
        .map(BoundariesStackTest::text)
        .map(p -> "\\Q" + p.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q") + "\\E")
        .anyMatch(p -> Pattern.matches(p, value));
  }

  private static JsonNode statement(Bootstrap bootstrap, String sid) {
    return policy(bootstrap)
        .at("/PolicyDocument/Statement")
        .valueStream()
        .filter(s -> s.path("Sid").asText().equals(sid))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode policy(Bootstrap bootstrap) {
    return Synthesis.DEPLOYED.properties(STACK, "AWS::IAM::ManagedPolicy").stream()
        .filter(p -> p.get("ManagedPolicyName").asText().equals(bootstrap.boundary()))
        .findFirst()
        .orElseThrow();
  }

  /** In characters, as AWS gets it, with an account's id and a partition of the usual length. */
  private static int length(JsonNode node) {
    if (node.isObject() && !node.has("Fn::Join") && !node.has("Ref") && !node.has("Fn::Sub")) {
      return 2
          + node.properties().stream()
              .mapToInt(p -> p.getKey().length() + 4 + length(p.getValue()))
              .sum();
    }
    if (node.isArray()) {
      return 2 + node.valueStream().mapToInt(item -> 1 + length(item)).sum();
    }
    return text(node).replace(":1:", ":123456789012:").length() + 2;
  }

  /** In the account 1; of an object, its JSON. */
  private static String text(JsonNode node) {
    if (node.has("Ref")) {
      return node.get("Ref").asText().equals("AWS::AccountId") ? "1" : "aws";
    }
    if (node.has("Fn::Sub")) {
      return node.get("Fn::Sub")
          .asText()
          .replace("${AWS::Partition}", "aws")
          .replace("${AWS::AccountId}", "1");
    }
    if (node.has("Fn::Join")) {
      return node.at("/Fn::Join/1")
          .valueStream()
          .map(BoundariesStackTest::text)
          .collect(Collectors.joining());
    }
    return node.isTextual() ? node.asText() : node.toString();
  }
}
