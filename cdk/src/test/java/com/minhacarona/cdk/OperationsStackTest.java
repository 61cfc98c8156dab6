package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsStackTest {
  private static final String STACK = "minha-carona-production-operations";
  private static final String ALARM = "AWS::CloudWatch::Alarm";

  private final JsonNode entries =
      Synthesis.json(MinhaCaronaApp.ROOT.resolve("docs/operations/alarms.json"));

  @Test
  void everyAlarmOfTheFile_isDeployed_namesItsRunbook_andTellsSomeone() {
    List<JsonNode> alarms = Synthesis.DEPLOYED.properties(STACK, ALARM);
    for (JsonNode entry : entries) {
      String id = entry.get("id").asText();
      assertThat(alarms)
          .anySatisfy(alarm -> assertThat(alarm.get("AlarmName").asText()).contains(id));
    }
    assertThat(alarms)
        .allSatisfy(alarm -> {
          assertThat(alarm.get("AlarmActions")).hasSize(1);
          String description = alarm.get("AlarmDescription").asText();
          String runbook = description.substring(description.indexOf("docs/"));
          assertThat(MinhaCaronaApp.ROOT.resolve(runbook)).exists();
        });
    int expected =
        entries
            .valueStream()
            .mapToInt(e -> {
              if (e.path("queues").asText().equals("each")) {
                return 3;
              }
              return e.get("metric").asText().equals("HealthyHostCount")
                      || e.get("namespace").asText().equals("AWS/ECS")
                      || e.path("eachService").asBoolean()
                  ? 2
                  : 1;
            })
            .sum();
    assertThat(alarms).hasSize(expected);
  }

  @Test
  void anAlarmOfOneService_looksAtTheSeriesThatIsPublished() {
    JsonNode alarm = alarm(STACK, "booking-latency");
    assertThat(alarm.get("Namespace").asText()).isEqualTo("MinhaCarona");
    assertThat(alarm.get("Dimensions"))
        .extracting(d -> d.get("Name").asText() + "=" + d.get("Value").asText())
        .containsExactlyInAnyOrder(
            "environment=production",
            "service=reserva-service",
            "method=ProcessarReserva",
            "phi=0.99",
            "status=OK");
    assertThat(alarm.get("Threshold").asInt()).isEqualTo(200);
  }

  @Test
  void whereBothServicesAreOneTask_theirAlarmsLookAtItsSeries_andEachIsPublished() {
    List<String> published =
        List.of(
            ServicesStackTest.environment(EnvironmentConfig.SMALL, TaskKind.BOTH)
                .get("MINHA_CARONA_METRICS")
                .split(","));
    for (JsonNode alarm : Synthesis.DEPLOYED.properties("minha-carona-small-operations", ALARM)) {
      Stream.concat(
              Stream.of(alarm),
              alarm.path("Metrics").valueStream().map(m -> m.at("/MetricStat/Metric")))
          .filter(metric -> metric.path("Namespace").asText().equals("MinhaCarona"))
          .forEach(metric -> {
            assertThat(published).contains(metric.get("MetricName").asText());
            assertThat(metric.get("Dimensions"))
                .extracting(d -> d.get("Name").asText() + "=" + d.get("Value").asText())
                .contains("environment=small", "service=both-services");
          });
    }
  }

  @Test
  void failures_areThePartOfAllCalls_ofBothServices() {
    JsonNode metrics = alarm(STACK, "failures").get("Metrics");
    assertThat(metrics)
        .extracting(m -> m.path("Expression").asText())
        .contains("(FILL(part0, 0) + FILL(part1, 0)) / (FILL(all0, 0) + FILL(all1, 0))");
    assertThat(metrics)
        .filteredOn(m -> m.has("MetricStat"))
        .extracting(m -> m.at("/MetricStat/Metric/MetricName").asText())
        .containsExactlyInAnyOrder(
            "grpc.server.call.ended.count",
            "grpc.server.call.ended.count",
            "grpc.server.call.started.count",
            "grpc.server.call.started.count");
  }

  @Test
  void tooFewTasks_isTwoInProduction_andOneInStaging_andSilenceCounts() {
    for (String service : List.of("carona-service", "reserva-service")) {
      JsonNode alarm = alarm(STACK, "healthy-targets-" + service);
      assertThat(alarm.get("Threshold").asInt()).isEqualTo(2);
      assertThat(alarm.get("TreatMissingData").asText()).isEqualTo("breaching");
      assertThat(
              alarm("minha-carona-staging-operations", "healthy-targets-" + service)
                  .get("Threshold")
                  .asInt())
          .isEqualTo(1);
    }
  }

  @Test
  void aCertificate_soundsForItsService_twoWeeksBefore_inEveryEnvironment() {
    for (EnvironmentConfig config : EnvironmentConfig.ALL) {
      for (TaskKind kind : TaskKind.of(config)) {
        JsonNode alarm = alarm(config.named("operations"), "certificate-" + kind.id());
        assertThat(alarm.get("Threshold").asInt()).isEqualTo(14);
        assertThat(alarm.get("ComparisonOperator").asText()).isEqualTo("LessThanThreshold");
        assertThat(alarm.get("Statistic").asText()).isEqualTo("Minimum");
        assertThat(alarm.get("Dimensions"))
            .extracting(d -> d.get("Name").asText() + "=" + d.get("Value").asText())
            .containsExactlyInAnyOrder("environment=" + config.name(), "service=" + kind.id());
        // A service that does not run has other alarms.
        assertThat(alarm.get("TreatMissingData").asText()).isEqualTo("notBreaching");
      }
    }
  }

  @Test
  void anyDeadLetter_sounds_inWhicheverQueueItIs() {
    assertThat(alarm(STACK, "dead-letters").get("Metrics"))
        .filteredOn(m -> m.has("MetricStat"))
        .allSatisfy(m ->
            assertThat(m.at("/MetricStat/Metric/MetricName").asText())
                .isEqualTo("ApproximateNumberOfMessagesVisible"))
        .extracting(m -> queue(m.at("/MetricStat/Metric/Dimensions/0/Value")))
        .containsExactlyInAnyOrder("reservationsdlq", "changesdlq", "notificationsdlq", "pipedlq");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservations", "changes", "notifications"})
  void messagesThatWait_sound_eachQueueByItself(String name) {
    JsonNode alarm = alarm(STACK, "queue-age-" + name);
    assertThat(alarm.get("MetricName").asText()).isEqualTo("ApproximateAgeOfOldestMessage");
    assertThat(queue(alarm.at("/Dimensions/0/Value"))).isEqualTo(name);
    assertThat(alarm.get("Threshold").asInt()).isEqualTo(60);
  }

  /** The id in its own stack of the queue that is imported. */
  private static String queue(JsonNode imported) {
    return imported
        .get("Fn::ImportValue")
        .asText()
        .replaceAll(".*:ExportsOutputFnGetAtt([a-z]+)[0-9A-F]{8}QueueName.*", "$1");
  }

  @Test
  void theLoadBalancersOwnErrors_andTasksShortOfCpuOrMemory_sound() {
    JsonNode errors = alarm(STACK, "load-balancer-errors");
    assertThat(errors.get("MetricName").asText()).isEqualTo("HTTPCode_ELB_5XX_Count");
    assertThat(errors.get("Dimensions"))
        .extracting(d -> d.get("Name").asText())
        .containsExactly("LoadBalancer");
    for (String id : List.of("cpu", "memory")) {
      JsonNode alarm = alarm(STACK, id + "-reserva-service");
      assertThat(alarm.get("Threshold").asInt()).isEqualTo(80);
      assertThat(alarm.get("Dimensions"))
          .extracting(d -> d.get("Name").asText() + "=" + d.get("Value").asText())
          .containsExactlyInAnyOrder(
              "ClusterName=minha-carona-production-cluster",
              "ServiceName=minha-carona-production-reserva-service");
    }
  }

  @Test
  void aReplicaThatIsBehind_sounds_whereThereIsOne() {
    assertThat(alarm(STACK, "replication").get("Dimensions"))
        .extracting(d -> d.get("Name").asText() + "=" + d.get("Value").asText())
        .containsExactlyInAnyOrder(
            "TableName=minha-carona-production", "ReceivingRegion=us-east-1");
    assertThat(Synthesis.DEPLOYED.properties("minha-carona-staging-operations", ALARM))
        .noneMatch(alarm -> alarm.get("AlarmName").asText().contains("replication"));
  }

  @Test
  void theBudget_tellsAtFixedAmounts_atAll_andWhenAllIsForeseen() {
    JsonNode budget = Synthesis.DEPLOYED.only(STACK, "AWS::Budgets::Budget");
    assertThat(budget.at("/Budget/TimeUnit").asText()).isEqualTo("MONTHLY");
    assertThat(budget.get("NotificationsWithSubscribers"))
        .extracting(n ->
            "%s %s %s"
                .formatted(
                    n.at("/Notification/NotificationType").asText(),
                    n.at("/Notification/Threshold").asText(),
                    n.at("/Notification/ThresholdType").asText()))
        .containsExactly(
            "ACTUAL 50 ABSOLUTE_VALUE",
            "ACTUAL 100 ABSOLUTE_VALUE",
            "ACTUAL 500 ABSOLUTE_VALUE",
            "ACTUAL 100 PERCENTAGE",
            "FORECASTED 100 PERCENTAGE");
  }

  @Test
  void unusualCosts_areToldOnceAWeek_byEmail() {
    JsonNode monitor = Synthesis.DEPLOYED.only(STACK, "AWS::CE::AnomalyMonitor");
    assertThat(monitor.get("MonitorSpecification").asText()).contains("environment", "production");
    JsonNode digest = Synthesis.DEPLOYED.only(STACK, "AWS::CE::AnomalySubscription");
    assertThat(digest.get("Frequency").asText()).isEqualTo("WEEKLY");
    // Topics take what is told at once only.
    assertThat(digest.at("/Subscribers/0/Type").asText()).isEqualTo("EMAIL");
  }

  @Test
  void alarmsAndBudgets_mayWriteToTheTopic() {
    assertThat(Synthesis.DEPLOYED.only(STACK, "AWS::SNS::TopicPolicy").toString())
        .contains("cloudwatch.amazonaws.com", "budgets.amazonaws.com", "aws:SourceAccount");
  }

  @Test
  void theDashboard_showsEveryMetricOfTheFile() {
    String body =
        Synthesis.DEPLOYED
            .only(STACK, "AWS::CloudWatch::Dashboard")
            .get("DashboardBody")
            .toString();
    for (JsonNode widget :
        Synthesis.json(MinhaCaronaApp.ROOT.resolve("docs/operations/dashboard.json"))) {
      widget.get("metrics").forEach(metric -> assertThat(body).contains(metric.asText()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "production", "recovery"})
  void thePublicApi_soundsForItself(String environment) {
    String stack = "minha-carona-%s-operations".formatted(environment);
    JsonNode failures = alarm(stack, "api-failures");
    assertThat(failures.get("Threshold").asDouble()).isEqualTo(0.01);
    assertThat(failures.get("Metrics"))
        .filteredOn(m -> m.has("MetricStat"))
        .extracting(m -> m.at("/MetricStat/Metric/MetricName").asText())
        .containsExactlyInAnyOrder("5xx", "Count");
    assertThat(failures.get("Metrics"))
        .extracting(m -> m.path("Expression").asText())
        .contains("part / all");
    JsonNode latency = alarm(stack, "api-latency");
    assertThat(latency.get("ExtendedStatistic").asText()).isEqualTo("p99");
    assertThat(latency.get("Threshold").asInt()).isEqualTo(1_000);
    assertThat(latency.at("/Dimensions/0/Name").asText()).isEqualTo("ApiId");
    assertThat(latency.at("/Dimensions/0/Value").toString()).contains("ExportsOutputRefgateway");
    for (String id : List.of("api-errors", "api-throttles")) {
      JsonNode alarm = alarm(stack, id);
      assertThat(alarm.get("Statistic").asText()).isEqualTo("Sum");
      assertThat(alarm.at("/Dimensions/0/Name").asText()).isEqualTo("FunctionName");
      assertThat(
              Synthesis.DEPLOYED
                  .only("minha-carona-%s-api".formatted(environment), "AWS::Lambda::Function")
                  .get("FunctionName"))
          .isEqualTo(alarm.at("/Dimensions/0/Value"));
    }
    assertThat(alarm(stack, "api-errors").get("Threshold").asInt()).isEqualTo(10);
  }

  private static JsonNode alarm(String stack, String id) {
    return Synthesis.DEPLOYED.properties(stack, ALARM).stream()
        .filter(a -> a.get("AlarmName").asText().equals(stack.replace("operations", id)))
        .findFirst()
        .orElseThrow();
  }
}
