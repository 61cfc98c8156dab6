package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code ecs-task-def.json}, by itself and in the templates. */
class TaskDefinitionTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ROLES = Set.of("TaskRoleArn", "ExecutionRoleArn");

  static Stream<Arguments> deployments() {
    return EnvironmentConfig.ALL.stream()
        .flatMap(config -> TaskKind.of(config).stream().map(kind -> Arguments.of(config, kind)));
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void theTemplatesDefinition_isTheFiles(EnvironmentConfig config, TaskKind kind) throws Exception {
    ObjectNode inTemplate = definition(config, kind).deepCopy();
    // What the file has as the account's number and region, the template has as references.
    Map<String, String> values = new HashMap<>();
    values.put("SERVICE", kind.id());
    values.put("ENVIRONMENT", config.name());
    values.put("TABLE", config.tableName());
    values.put("AWS_ACCOUNT", "<AWS::AccountId>");
    values.put("AWS_REGION", config.region());
    values.put("VERSION", "<Version>");
    values.put("CPU", Integer.toString(config.tasks().cpu()));
    values.put("MEMORY", Integer.toString(config.tasks().memory()));
    values.put("UPDATES_TOPIC_ARN", kind.followsChanges() ? "<updates>" : "");
    values.put(
        "METRICS",
        config.tasks().thrift().alarmsOnly()
            ? "auth.refused.count,dynamodb.throttled.count"
                + ",grpc.server.call.duration.percentile.value,grpc.server.call.ended.count"
                + ",grpc.server.call.started.count,grpc.server.shed.count"
                + ",tls.certificate.expiry.value,updates.lag.max"
            : "");
    values.put("OPEN_SHARDS", kind.offersRides() ? "" + config.shards().written() : "");
    values.put("OPEN_SHARDS_READ", kind.offersRides() ? "" + config.shards().read() : "");
    boolean works = kind.worksOffQueues();
    values.put("RESERVATIONS_QUEUE_URL", works ? "<reservations>" : "");
    values.put("CHANGES_QUEUE_URL", works ? "<changes>" : "");
    values.put("NOTIFICATIONS_QUEUE_URL", works ? "<notifications>" : "");
    values.put("EVENTS_TOPIC_ARN", works ? "<events>" : "");
    values.put("MAIL_FROM", works ? config.mail().from() : "");
    values.put("MAIL_REPLY_TO", "");
    values.put("MAIL_UNSUBSCRIBE", works ? "https://" + config.mail().domain() + "/avisos" : "");
    ObjectNode inFile =
        JSON.valueToTree(
            TaskDefinitionFile.asCloudFormation(Synthesis.taskDefinition().with(values)));
    Set<String> properties = new TreeSet<>();
    inTemplate.fieldNames().forEachRemaining(properties::add);
    properties.remove("Tags");
    Set<String> expected = new TreeSet<>();
    inFile.fieldNames().forEachRemaining(expected::add);
    assertThat(properties).isEqualTo(expected);
    for (String property : properties) {
      if (!ROLES.contains(property)) {
        assertThat(text(inTemplate.get(property))).as(property).isEqualTo(inFile.get(property));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void theRolesOfTheStack_haveTheNamesInTheFile(EnvironmentConfig config, TaskKind kind) {
    String stack = config.named("services");
    JsonNode definition = definition(config, kind);
    for (String role : ROLES) {
      String resource = definition.get(role).at("/Fn::GetAtt/0").asText();
      String suffix = role.startsWith("Task") ? "-task" : "-execution";
      assertThat(
              Synthesis.DEPLOYED
                  .resources(stack, "AWS::IAM::Role")
                  .get(resource)
                  .at("/Properties/RoleName")
                  .asText())
          .isEqualTo(config.named(kind.id() + suffix));
    }
  }

  @Test
  void theContainer_isReadOnly_unprivileged_andNotRoot() throws Exception {
    JsonNode container = container(0);
    assertThat(container.get("readonlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.get("user").asText()).isNotEmpty().doesNotStartWith("0");
    assertThat(container.at("/linuxParameters/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(container.at("/logConfiguration/options/mode").asText()).isEqualTo("non-blocking");
  }

  @Test
  void theService_asksEverybodyForAProof_atBothItsPorts() throws Exception {
    JsonNode container = container(0);
    assertThat(container.get("environment"))
        .filteredOn(e -> e.get("name").asText().equals("MINHA_CARONA_AUTHENTICATION"))
        .extracting(e -> e.get("value").asText())
        .containsExactly("required");
    assertThat(container.get("portMappings"))
        .extracting(p -> p.get("containerPort").asInt())
        .containsExactly(GrpcService.PORT, GrpcService.MUTUAL_TLS_PORT);
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void whatTheTaskIsGivenAtItsStart_isWhatEcsMayRead(EnvironmentConfig config, TaskKind kind) {
    JsonNode definition = definition(config, kind);
    String role = definition.at("/ExecutionRoleArn/Fn::GetAtt/0").asText();
    JsonNode policy =
        Synthesis.DEPLOYED
            .resources(config.named("services"), "AWS::IAM::Role")
            .get(role)
            .at("/Properties/Policies/0/PolicyDocument/Statement");
    List<JsonNode> readable =
        policy
            .valueStream()
            .filter(s -> s.get("Action").toString().contains("ssm:GetParameters"))
            .flatMap(s ->
                s.get("Resource").isArray()
                    ? s.get("Resource").valueStream()
                    : Stream.of(s.get("Resource")))
            .map(TaskDefinitionTest::text)
            .toList();
    assertThat(definition.at("/ContainerDefinitions/0/Secrets"))
        .extracting(secret -> text(secret.get("ValueFrom")))
        .containsExactlyInAnyOrderElementsOf(readable)
        .hasSize(6);
  }

  /**
   * docs/settings.md, "The server": after SIGTERM 5 s of calls, 25 s for those in flight, and the
   * rest.
   */
  @Test
  void stopping_takesLessThanEcsWaits_whichIsNotMoreThanItCan() throws Exception {
    int stopTimeout = container(0).get("stopTimeout").asInt();
    assertThat(stopTimeout).isGreaterThan(5 + 25 + 10).isLessThanOrEqualTo(120);
  }

  @Test
  void theXRayDaemon_mayFail_andTheServiceGoesOn() throws Exception {
    assertThat(container(0).get("essential").asBoolean()).isTrue();
    assertThat(container(1).get("name").asText()).isEqualTo("xray-daemon");
    assertThat(container(1).get("essential").asBoolean()).isFalse();
  }

  @Test
  void theProbe_isTheOneOfTheImage() throws Exception {
    String dockerfile = Files.readString(MinhaCaronaApp.ROOT.resolve("Dockerfile"));
    assertThat(dockerfile).contains("CMD " + probe());
  }

  @Test
  void aVariableWithoutValue_andAValueWithoutVariable_areErrors() throws Exception {
    TaskDefinitionFile file = Synthesis.taskDefinition();
    assertThatThrownBy(() -> file.with(Map.of("SERVICE", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no value for ENVIRONMENT");
    Map<String, String> all = new HashMap<>(values());
    all.put("TYPO", "x");
    assertThatThrownBy(() -> file.with(all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only");
  }

  private static String probe() throws Exception {
    List<String> command = new ArrayList<>();
    container(0)
        .at("/healthCheck/command")
        .forEach(word -> command.add("\"" + word.asText() + "\""));
    return "[" + String.join(", ", command.subList(1, command.size())) + "]";
  }

  private static JsonNode container(int index) throws Exception {
    return JSON.<JsonNode>valueToTree(Synthesis.taskDefinition().with(values()))
        .get("containerDefinitions")
        .get(index);
  }

  private static Map<String, String> values() {
    Map<String, String> values = new HashMap<>();
    for (String name :
        List.of(
            "SERVICE",
            "ENVIRONMENT",
            "TABLE",
            "UPDATES_TOPIC_ARN",
            "RESERVATIONS_QUEUE_URL",
            "CHANGES_QUEUE_URL",
            "NOTIFICATIONS_QUEUE_URL",
            "EVENTS_TOPIC_ARN",
            "MAIL_FROM",
            "MAIL_REPLY_TO",
            "MAIL_UNSUBSCRIBE",
            "METRICS",
            "OPEN_SHARDS",
            "OPEN_SHARDS_READ",
            "AWS_ACCOUNT",
            "AWS_REGION",
            "VERSION",
            "CPU",
            "MEMORY")) {
      values.put(name, "x");
    }
    return values;
  }

  private static ObjectNode definition(EnvironmentConfig config, TaskKind kind) {
    return (ObjectNode)
        Synthesis.DEPLOYED.properties(config.named("services"), "AWS::ECS::TaskDefinition").stream()
            .filter(d -> d.get("Family").asText().endsWith(kind.id()))
            .findFirst()
            .orElseThrow();
  }

  /** The same with references as texts, in the words of {@link #values}. */
  private static JsonNode text(JsonNode node) {
    if (node.isObject()) {
      if (node.has("Ref")) {
        return JSON.getNodeFactory().textNode("<" + node.get("Ref").asText() + ">");
      }
      if (node.has("Fn::ImportValue")) {
        String imported = node.get("Fn::ImportValue").asText();
        return JSON.getNodeFactory()
            .textNode(imported.replaceAll(".*:ExportsOutputRef([a-z]+)[0-9A-F]{8}.*", "<$1>"));
      }
      if (node.has("Fn::Join")) {
        StringBuilder joined = new StringBuilder();
        node.at("/Fn::Join/1").forEach(part -> joined.append(text(part).asText()));
        return JSON.getNodeFactory().textNode(joined.toString());
      }
      ObjectNode result = JSON.createObjectNode();
      node.properties().forEach(p -> result.set(p.getKey(), text(p.getValue())));
      return result;
    }
    if (node.isArray()) {
      return node.valueStream()
          .map(TaskDefinitionTest::text)
          .collect(JSON::createArrayNode, (a, n) -> a.add(n), (a, b) -> a.addAll(b));
    }
    return node;
  }
}
