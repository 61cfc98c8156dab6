package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may do what: all of it is in {@code docs/operations/permissions.md}, and nothing else. */
class PermissionsTest {
  /** A row of the page: role, resource, actions, condition, and why a wildcard has to be. */
  private static final int COLUMNS = 5;

  private static final String MANAGED_POLICY = "AWS::IAM::ManagedPolicy";

  @Test
  void everyPermission_isOnThePage_andEveryOneOnThePageIsThere() throws IOException {
    List<String> granted = new ArrayList<>(rows("minha-carona-delivery"));
    for (String region : List.of(EnvironmentConfig.HOME, EnvironmentConfig.AWAY)) {
      granted.addAll(rows("minha-carona-functions-" + region));
    }
    granted.addAll(rowsOf("production"));
    assertThat(page().stream().map(row -> String.join(" | ", row.subList(0, COLUMNS - 1))))
        .containsExactlyInAnyOrderElementsOf(granted);
  }

  @Test
  void otherEnvironments_haveTheSame_underTheirNames() {
    List<String> production = rowsOf("production");
    assertThat(rowsOf("staging"))
        .containsExactlyInAnyOrderElementsOf(
            production.stream()
                .map(row ->
                    row.replace("production", "staging")
                        .replace(
                            EnvironmentConfig.PRODUCTION.mail().domain(),
                            EnvironmentConfig.STAGING.mail().domain()))
                .toList());
    assertThat(rowsOf("recovery"))
        .hasSameSizeAs(production)
        .allSatisfy(row -> assertThat(row).doesNotContain("staging"));
  }

  @Test
  void aWildcardHasAReason_andNothingElseHas() throws IOException {
    assertThat(page())
        .allSatisfy(row ->
            assertThat(row.getLast().isEmpty())
                .as(String.join(" | ", row))
                .isEqualTo(!row.get(1).contains("*")));
  }

  @Test
  void rolesAreTheOnlyOnesWithPermissions_andEachOnlyByItsOwnPolicy() {
    for (String stack : Synthesis.DEPLOYED.templates().keySet()) {
      for (String type : List.of("AWS::IAM::Policy", "AWS::IAM::User")) {
        assertThat(Synthesis.DEPLOYED.resources(stack, type)).as(stack + " " + type).isEmpty();
      }
      // No function of the CDK's own, with a role that nobody has looked at.
      assertThat(Synthesis.DEPLOYED.resources(stack, "AWS::Lambda::Function"))
          .as(stack)
          .hasSize(stack.endsWith("-api") ? 1 : 0);
      assertThat(Synthesis.DEPLOYED.properties(stack, "AWS::IAM::Role"))
          .allSatisfy(role -> assertThat(role.has("ManagedPolicyArns")).isFalse());
    }
  }

  @Test
  void thePolicyForOthersRoles_isOnNoneOfOurs_andOnlyLetsThemSend() {
    JsonNode policy = Synthesis.DEPLOYED.only("minha-carona-production-messaging", MANAGED_POLICY);
    for (String attached : List.of("Roles", "Users", "Groups")) {
      assertThat(policy.path(attached)).isEmpty();
    }
    assertThat(rows("minha-carona-production-messaging"))
        .filteredOn(row -> row.startsWith("`minha-carona-production-reservations-senders`"))
        .containsExactly(
            "`minha-carona-production-reservations-senders` | `${reservations.Arn}`"
                + " | `sqs:SendMessage` | ");
  }

  /** The page's rows below the heads of its table. */
  private static List<List<String>> page() throws IOException {
    return Files.readAllLines(MinhaCaronaApp.ROOT.resolve("docs/operations/permissions.md"))
        .stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> Stream.of(line.split("\\|", -1)).skip(1).limit(COLUMNS))
        .map(row -> row.map(String::strip).toList())
        .toList();
  }

  private static List<String> rowsOf(String environment) {
    return Synthesis.DEPLOYED.templates().keySet().stream()
        .filter(stack -> stack.startsWith("minha-carona-" + environment))
        .flatMap(stack -> rows(stack).stream())
        .toList();
  }

  private static List<String> rows(String stack) {
    Stream<String> ofRoles =
        Synthesis.DEPLOYED.properties(stack, "AWS::IAM::Role").stream()
            .flatMap(role ->
                role.path("Policies")
                    .valueStream()
                    .flatMap(p -> p.at("/PolicyDocument/Statement").valueStream())
                    .flatMap(s -> rows(role.get("RoleName").asText(), s)));
    Stream<String> forOthers =
        Synthesis.DEPLOYED.properties(stack, MANAGED_POLICY).stream()
            .flatMap(p ->
                p.at("/PolicyDocument/Statement")
                    .valueStream()
                    .flatMap(s -> rows(p.get("ManagedPolicyName").asText(), s)));
    return Stream.concat(ofRoles, forOthers).toList();
  }

  private static Stream<String> rows(String role, JsonNode statement) {
    String actions =
        all(statement.get("Action"))
            .map(a -> "`" + a + "`")
            .sorted()
            .collect(Collectors.joining(", "));
    if (!statement.get("Effect").asText().equals("Allow")) {
      actions = "denied: " + actions;
    }
    String condition =
        statement.has("Condition") ? "`" + text(statement.get("Condition")) + "`" : "";
    Stream<String> resources =
        statement.has("Resource")
            ? all(statement.get("Resource"))
            : all(statement.get("NotResource")).map(resource -> "all but " + resource);
    String rest = "%s | %s".formatted(actions, condition);
    return resources.map(resource -> "`%s` | `%s` | %s".formatted(role, resource, rest));
  }

  private static Stream<String> all(JsonNode oneOrMore) {
    return oneOrMore.isArray()
        ? oneOrMore.valueStream().map(PermissionsTest::text)
        : Stream.of(text(oneOrMore));
  }

  /** With references as CloudFormation's Fn::Sub writes them. */
  private static String text(JsonNode node) {
    if (node.isTextual()) {
      return node.asText();
    }
    if (node.has("Ref")) {
      return "${" + withoutHash(node.get("Ref").asText()) + "}";
    }
    if (node.has("Fn::GetAtt")) {
      return "${%s.%s}"
          .formatted(
              withoutHash(node.at("/Fn::GetAtt/0").asText()), node.at("/Fn::GetAtt/1").asText());
    }
    if (node.has("Fn::ImportValue")) {
      return "${%s}".formatted(withoutHash(node.get("Fn::ImportValue").asText()));
    }
    if (node.has("Fn::Join")) {
      return node.at("/Fn::Join/1")
          .valueStream()
          .map(PermissionsTest::text)
          .collect(Collectors.joining());
    }
    return node.toString();
  }

  /** The CDK's ids have eight digits that say where in the tree they are from. */
  private static String withoutHash(String id) {
    return id.replaceAll("[0-9A-F]{8}", "");
  }
}
