package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What {@code .github/workflows/deploy.yaml} says, read as GitHub reads it. */
class DeployWorkflowTest {
  private static final Path FILE = MinhaCaronaApp.ROOT.resolve(".github/workflows/deploy.yaml");

  private static JsonNode workflow;

  @BeforeAll
  static void read() throws IOException {
    Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(FILE));
    workflow = new ObjectMapper().valueToTree(read);
  }

  @Test
  void everyAction_isPinnedByItsCommit_withItsVersionBeside() throws IOException {
    List<String> uses =
        Files.readAllLines(FILE).stream()
            .map(String::strip)
            .filter(line -> line.matches("(- )?uses:.*"))
            .toList();
    assertThat(uses)
        .hasSizeGreaterThan(5)
        .allMatch(line ->
            line.matches("(- )?uses: [\\w.-]+/[\\w./-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+"));
    assertThat(workflow.get("jobs").findValues("uses")).hasSizeGreaterThanOrEqualTo(uses.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void anEnvironment_isDeployedByItsOwnRole_oneRunAtATime(String environment) {
    JsonNode job = job(environment);
    assertThat(job.get("environment").asText()).isEqualTo(environment);
    assertThat(job.at("/concurrency/group").asText()).isEqualTo("deploy-" + environment);
    assertThat(job.at("/concurrency/cancel-in-progress").asBoolean(true)).isFalse();
    // The job is called like the environment.
    assertThat(job.get("steps").findValuesAsText("role-to-assume"))
        .singleElement()
        .asString()
        .endsWith(":role/minha-carona-delivery-${{ github.job }}");
  }

  @Test
  void anApprovalThatIsMissing_holdsUpNothingElse() {
    assertThat(workflow.has("concurrency")).isFalse();
    assertThat(job("check").has("concurrency")).isFalse();
    assertThat(job("images").has("concurrency")).isFalse();
  }

  @Test
  void productionsRole_isTakenByNoJobWithoutProductionsApproval() {
    workflow
        .get("jobs")
        .properties()
        .forEach(entry -> {
          JsonNode job = entry.getValue();
          List<String> roles = job.get("steps").findValuesAsText("role-to-assume");
          if (roles.isEmpty()) {
            assertThat(job.has("environment")).as(entry.getKey()).isFalse();
            assertThat(job.at("/permissions/id-token").asText()).as(entry.getKey()).isEmpty();
          } else {
            assertThat(roles.getFirst().replace("${{ github.job }}", entry.getKey()))
                .endsWith("-delivery-" + job.get("environment").asText());
          }
        });
  }

  @Test
  void aCancelledRun_deploysNothing() {
    assertThat(workflow.toString()).doesNotContain("always()");
    assertThat(job("staging").get("if").asText())
        .isEqualTo(
            "${{ !cancelled() && (needs.images.result == 'success'"
                + " || github.event_name == 'workflow_dispatch') }}");
    assertThat(job("production").get("if").asText())
        .isEqualTo("${{ !cancelled() && needs.staging.result == 'success' }}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void aDeployment_takesTheStacksOfItsVersion_whichIsOnMain(String environment) {
    JsonNode steps = job(environment).get("steps");
    assertThat(steps.at("/0/uses").asText()).startsWith("actions/checkout@");
    assertThat(steps.at("/0/with/ref").asText()).isEqualTo("${{ env.VERSION }}");
    assertThat(workflow.at("/env/VERSION").asText())
        .isEqualTo("${{ inputs.version || github.sha }}");
    assertThat(steps.at("/1/run").asText())
        .contains("^[0-9a-f]{40}$", "git merge-base --is-ancestor \"$VERSION\" origin/main");
    // Without the history, no commit but one has ancestors.
    assertThat(steps.at("/0/with/fetch-depth").asInt(1)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"staging, sa-east-1", "production, sa-east-1 us-east-1"})
  void whatIsDeployed_isMarkedBefore_andAfter(String environment, String regions) {
    List<String> commands = job(environment).get("steps").findValuesAsText("run");
    assertThat(job(environment).at("/env/IMAGES_IN").asText()).isEqualTo(regions);
    assertThat(commands)
        .filteredOn(command -> command.contains("cdk deploy"))
        .singleElement()
        .asString()
        .containsSubsequence(
            "./keep-images before \"$GITHUB_JOB\" \"$VERSION\" $IMAGES_IN",
            "npx cdk deploy \"$GITHUB_JOB/*\"",
            "./keep-images after \"$GITHUB_JOB\" \"$VERSION\" $IMAGES_IN");
  }

  private static JsonNode job(String name) {
    return workflow.get("jobs").get(name);
  }
}
