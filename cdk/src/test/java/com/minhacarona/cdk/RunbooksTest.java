package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the runbooks' commands for AWS with a stand-in for {@code aws}, and looks for what they name
 * in the templates. What the services publish and log is compared by {@code MetricsCostTest}.
 */
class RunbooksTest {
  private static final Path RUNBOOKS = MinhaCaronaApp.ROOT.resolve("docs/runbooks");
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ASKS = Pattern.compile("^ *(?:metric|lines) ", Pattern.MULTILINE);
  private static final Pattern NAMED =
      Pattern.compile("(?<![\\w-])/?minha-carona[-/](?:small|staging|production|recovery)[\\w/-]*");
  private static final Pattern FIELD = Pattern.compile("\\b[a-z]+_(?:ms|fault|id)\\b");

  private static final Path RUNTIME =
      MinhaCaronaApp.ROOT.resolve("service-runtime/src/main/java/com/minhacarona/runtime");
  private static final Pattern KEY = Pattern.compile("addKeyValue\\(\"(\\w+)\"");
  private static final Pattern LITERAL = Pattern.compile("\"[^\"]*\"|/[^/]*/");
  private static final Pattern WORD = Pattern.compile("@?[A-Za-z]\\w*");

  /** The words of the query language that the pages use. */
  private static final Set<String> LANGUAGE =
      Set.of(
          "filter",
          "stats",
          "sort",
          "limit",
          "display",
          "by",
          "desc",
          "and",
          "like",
          "in",
          "count",
          "pct",
          "ispresent");

  /** What the encoder of {@code logback.xml} writes, and what CloudWatch knows of any line. */
  private static final Set<String> OF_EVERY_LINE =
      Set.of(
          "level", "logger_name", "message", "stack_trace", "@timestamp", "@message", "@logStream");

  /** What pages ask for besides what alarms read, under the names that AWS documents. */
  private static final Set<String> METRICS_OF_AWS =
      Set.of("ConcurrentExecutions", "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits");

  @TempDir private Path directory;

  @Test
  void everyAlarm_hasACommandForAws() throws IOException {
    for (JsonNode alarm : OperationsStack.file("alarms.json")) {
      String id = alarm.get("id").asText();
      String page = Files.readString(RUNBOOKS.resolve(id + ".md"));
      boolean ofQueues = id.equals("dead-letters");
      assertThat(ASKS.matcher(page).find() || ofQueues).as(id).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "staging", "production"})
  void whateverACommandNames_isDeployed(String environment) throws Exception {
    String deployed =
        Synthesis.DEPLOYED.templates().entrySet().stream()
            .filter(stack -> stack.getKey().startsWith("minha-carona-" + environment))
            .map(stack -> stack.getValue().toString())
            .collect(Collectors.joining());
    List<List<String>> calls = calls(environment);
    assertThat(calls).hasSizeGreaterThan(40);
    for (List<String> call : calls) {
      for (String argument : call) {
        NAMED
            .matcher(argument)
            .results()
            .map(MatchResult::group)
            .forEach(name ->
                assertThat(deployed.contains('"' + name + '"'))
                    .as("%s in %s", name, call)
                    .isTrue());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "production"})
  void aMetricOfOurOwn_isReadWithTheDimensionsOfTheAlarmThatReadsIt(String environment)
      throws Exception {
    Set<String> read = new TreeSet<>();
    for (List<String> call : calls(environment)) {
      if (after(call, "--namespace").equals("MinhaCarona")) {
        assertThat(call).contains("Name=environment,Value=" + environment);
        read.add(after(call, "--metric-name") + dimensions(call));
      }
    }
    List<JsonNode> alarms =
        Synthesis.DEPLOYED.properties(
            "minha-carona-%s-operations".formatted(environment), "AWS::CloudWatch::Alarm");
    alarms.stream()
        .flatMap(alarm ->
            alarm.has("Metrics")
                ? alarm.get("Metrics").valueStream().map(m -> m.at("/MetricStat/Metric"))
                : Stream.of(alarm))
        .filter(metric -> metric.path("Namespace").asText().equals("MinhaCarona"))
        // What a part is compared with.
        .filter(m -> !m.get("MetricName").asText().equals("grpc.server.call.started.count"))
        .forEach(metric ->
            assertThat(read)
                .contains(
                    metric.get("MetricName").asText()
                        + metric
                            .get("Dimensions")
                            .valueStream()
                            .map(d -> d.get("Name").asText() + "=" + d.get("Value").asText())
                            .collect(Collectors.toCollection(TreeSet::new))));
  }

  @Test
  void theFieldsOfThePublicApi_areThoseItLogs() throws Exception {
    String gateway =
        Synthesis.DEPLOYED
            .only("minha-carona-production-api", "AWS::ApiGatewayV2::Stage")
            .at("/AccessLogSettings/Format")
            .asText();
    String function =
        Files.readString(MinhaCaronaApp.ROOT.resolve("api/src/minhacarona_api/edge.py"));
    int asked = 0;
    for (List<String> call : calls("production")) {
      if (!call.contains("start-query") || !after(call, "--log-group-name").contains("/api")) {
        continue;
      }
      boolean ofGateway = after(call, "--log-group-name").endsWith("-gateway");
      for (MatchResult field : FIELD.matcher(after(call, "--query-string")).results().toList()) {
        asked++;
        assertThat(ofGateway ? gateway : function)
            .contains(ofGateway ? '"' + field.group() + '"' : field.group() + "=");
      }
    }
    assertThat(asked).isPositive();
  }

  @Test
  void whatServicesAreAskedFor_isPublishedAndLogged() throws Exception {
    Set<String> metrics = new TreeSet<>();
    OperationsStack.file("alarms.json").forEach(a -> metrics.add(a.get("metric").asText()));
    OperationsStack.file("dashboard.json")
        .forEach(widget -> widget.get("metrics").forEach(m -> metrics.add(m.asText())));
    Set<String> fields = new TreeSet<>(OF_EVERY_LINE);
    for (String writer : List.of("interceptors/AccessLog.java", "queue/MessageLines.java")) {
      KEY.matcher(Files.readString(RUNTIME.resolve(writer)))
          .results()
          .forEach(key -> fields.add(key.group(1)));
    }
    int asked = 0;
    for (List<String> call : calls("production")) {
      if (after(call, "--namespace").equals("MinhaCarona")) {
        assertThat(metrics).contains(after(call, "--metric-name"));
      }
      if (after(call, "--namespace").startsWith("AWS/")
          && !metrics.contains(after(call, "--metric-name"))) {
        assertThat(METRICS_OF_AWS).contains(after(call, "--metric-name"));
      }
      if (call.contains("start-query") && after(call, "--log-group-name").endsWith("-service")) {
        String query = LITERAL.matcher(after(call, "--query-string")).replaceAll("");
        for (MatchResult word : WORD.matcher(query).results().toList()) {
          if (!LANGUAGE.contains(word.group())) {
            asked++;
            assertThat(fields).as(query).contains(word.group());
          }
        }
      }
    }
    assertThat(asked).isGreaterThan(20);
  }

  private static Set<String> dimensions(List<String> call) {
    return call.stream()
        .filter(argument -> argument.startsWith("Name="))
        .map(argument -> argument.substring("Name=".length()).replace(",Value=", "="))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String after(List<String> call, String option) {
    int at = call.indexOf(option);
    return at < 0 ? "" : call.get(at + 1);
  }

  /** The arguments with which the pages' commands call {@code aws}. */
  private List<List<String>> calls(String environment) throws Exception {
    Path calls = directory.resolve("calls-" + environment);
    StringBuilder script =
        new StringBuilder(
            """
            set -eu
            aws() { { printf '%%s\\x1f' "$@"; printf '\\x1e'; } >> '%s'; echo Complete; }
            . docs/operations/aws.sh %s
            """
                .formatted(calls, environment));
    try (Stream<Path> pages = Files.list(RUNBOOKS)) {
      for (Path page : pages.sorted().toList()) {
        BLOCK
            .matcher(Files.readString(page))
            .results()
            .map(block -> block.group(1))
            .filter(block -> ASKS.matcher(block).find())
            .forEach(script::append);
      }
    }
    Process bash =
        new ProcessBuilder("bash", "-c", script.toString())
            .directory(MinhaCaronaApp.ROOT.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(bash.waitFor()).isZero();
    List<List<String>> found = new ArrayList<>();
    for (String call : Files.readString(calls).split("\u001e", -1)) {
      if (!call.isEmpty()) {
        found.add(List.of(call.split("\u001f", -1)));
      }
    }
    return found;
  }
}
