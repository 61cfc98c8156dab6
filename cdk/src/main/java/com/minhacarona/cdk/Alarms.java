package com.minhacarona.cdk;

import static com.minhacarona.cdk.AlarmMetrics.added;
import static com.minhacarona.cdk.AlarmMetrics.comparison;
import static com.minhacarona.cdk.AlarmMetrics.expression;
import static com.minhacarona.cdk.AlarmMetrics.named;
import static com.minhacarona.cdk.AlarmMetrics.plainMetric;
import static com.minhacarona.cdk.AlarmMetrics.sum;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awscdk.services.cloudwatch.AlarmProps;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.sqs.Queue;

/** The alarms of {@code docs/operations/alarms.json}, in one environment. */
final class Alarms {
  private final EnvironmentConfig config;
  private final Map<TaskKind, ApplicationTargetGroup> targets;
  private final MessagingStack messaging;
  private final Optional<ApiStack> api;

  Alarms(
      EnvironmentConfig config,
      Map<TaskKind, ApplicationTargetGroup> targets,
      MessagingStack messaging,
      Optional<ApiStack> api) {
    this.config = config;
    this.targets = targets;
    this.messaging = messaging;
    this.api = api;
  }

  /**
   * One alarm.
   *
   * @param id its name within the environment; it begins with the name of its runbook
   * @param properties what it looks at, and when it sounds
   */
  record Definition(String id, AlarmProps properties) {}

  /** The alarms that the file's entry stands for: one, or one for each service or queue. */
  List<Definition> of(JsonNode entry) {
    return switch (entry.get("namespace").asText()) {
      case "MinhaCarona" ->
          entry.path("eachService").asBoolean()
              ? ofEachService(entry)
              : List.of(of(entry, ownMetric(entry), ""));
      case "AWS/ApplicationELB" -> ofLoadBalancer(entry);
      case "AWS/ECS" ->
          TaskKind.of(config).stream()
              .map(kind -> of(entry, tasksMetric(entry, kind), "-" + kind.id()))
              .toList();
      case "AWS/DynamoDB" ->
          config.replica().stream()
              .map(region -> of(entry, replicaMetric(entry, region), ""))
              .toList();
      case "AWS/SQS" -> ofQueues(entry);
      case "AWS/ApiGateway" -> ofApi(entry, a -> Map.of("ApiId", a.gatewayId()));
      case "AWS/Lambda" -> ofApi(entry, _ -> Map.of("FunctionName", config.named("api")));
      default -> throw new IllegalArgumentException("no namespace of ours: " + entry);
    };
  }

  /** One of the load balancer, or one for each kind of task that it sends calls to. */
  private List<Definition> ofLoadBalancer(JsonNode entry) {
    if (entry.get("metric").asText().startsWith("HTTPCode_ELB")) {
      ApplicationTargetGroup any = targets.values().iterator().next();
      Map<String, String> whole = Map.of("LoadBalancer", any.getFirstLoadBalancerFullName());
      return List.of(of(entry, plainMetric(entry, entry.get("metric").asText(), whole), ""));
    }
    return targets.entrySet().stream()
        .map(
            target -> of(entry, targetMetric(entry, target.getValue()), "-" + target.getKey().id()))
        .toList();
  }

  private IMetric tasksMetric(JsonNode entry, TaskKind kind) {
    return plainMetric(
        entry,
        entry.get("metric").asText(),
        Map.of("ClusterName", config.named("cluster"), "ServiceName", config.named(kind.id())));
  }

  private IMetric replicaMetric(JsonNode entry, String region) {
    return plainMetric(
        entry,
        entry.get("metric").asText(),
        Map.of("TableName", config.tableName(), "ReceivingRegion", region));
  }

  private Definition of(JsonNode entry, IMetric metric, String suffix) {
    String id = entry.get("id").asText();
    double threshold = entry.get("threshold").asDouble();
    boolean tasks = entry.get("metric").asText().equals("HealthyHostCount");
    AlarmProps properties =
        AlarmProps.builder()
            .metric(metric)
            .alarmName(config.named(id + suffix))
            .alarmDescription("%s. docs/runbooks/%s.md".formatted(entry.get("title").asText(), id))
            // An environment is not asked for more tasks than it has.
            .threshold(tasks ? Math.min(threshold, config.tasks().min()) : threshold)
            .comparisonOperator(comparison(entry.get("comparison").asText()))
            .evaluationPeriods(entry.get("periods").asInt())
            // At night there is no task to be healthy.
            .treatMissingData(
                tasks && config.tasks().thrift().night().isEmpty()
                    ? TreatMissingData.BREACHING
                    : TreatMissingData.NOT_BREACHING)
            .build();
    return new Definition(id + suffix, properties);
  }

  /** One for each kind of task, when each must be well by itself. */
  private List<Definition> ofEachService(JsonNode entry) {
    return TaskKind.of(config).stream()
        .map(kind -> {
          String name = entry.get("metric").asText();
          return of(entry, metric(entry, name, dimensions(entry), kind), "-" + kind.id());
        })
        .toList();
  }

  /** A metric that the services publish: of one of them, or of all together. */
  private IMetric ownMetric(JsonNode entry) {
    if (entry.get("dimensions").has("service")) {
      return metric(entry, entry.get("metric").asText(), dimensions(entry));
    }
    List<Metric> counted =
        metricsOfServices(entry, entry.get("metric").asText(), dimensions(entry));
    if (!entry.has("perMetric")) {
      return sum(entry, counted);
    }
    List<Metric> all = metricsOfServices(entry, entry.get("perMetric").asText(), Map.of());
    Map<String, IMetric> used = new HashMap<>(named("part", counted));
    used.putAll(named("all", all));
    return expression(
        entry, "(%s) / (%s)".formatted(added("part", counted), added("all", all)), used);
  }

  private List<Metric> metricsOfServices(
      JsonNode entry, String metric, Map<String, String> dimensions) {
    return TaskKind.of(config).stream()
        .map(kind -> metric(entry, metric, dimensions, kind))
        .toList();
  }

  private Metric metric(
      JsonNode entry, String name, Map<String, String> dimensions, TaskKind kind) {
    Map<String, String> all = new HashMap<>(dimensions);
    all.put("service", kind.id());
    return metric(entry, name, all);
  }

  private Metric metric(JsonNode entry, String name, Map<String, String> dimensions) {
    Map<String, String> all = new HashMap<>(dimensions);
    all.put("environment", config.name());
    return plainMetric(entry, name, all);
  }

  /** Those of the file; a service's metrics carry the name of the tasks that run it. */
  private Map<String, String> dimensions(JsonNode entry) {
    Map<String, String> dimensions = new HashMap<>();
    entry
        .get("dimensions")
        .properties()
        .forEach(d -> dimensions.put(d.getKey(), d.getValue().asText()));
    dimensions.computeIfPresent(
        "service", (_, id) -> TaskKind.of(config, MinhaCaronaService.valueOfId(id)).id());
    return dimensions;
  }

  /** The names of our own metrics that alarms read, as {@code MINHA_CARONA_METRICS} takes them. */
  static String ownMetrics() {
    return OperationsStack.file("alarms.json")
        .valueStream()
        .filter(entry -> entry.get("namespace").asText().equals("MinhaCarona"))
        .flatMap(entry -> Stream.of(entry.get("metric"), entry.path("perMetric")))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .distinct()
        .sorted()
        .collect(Collectors.joining(","));
  }

  private static IMetric targetMetric(JsonNode entry, ApplicationTargetGroup target) {
    return plainMetric(
        entry,
        entry.get("metric").asText(),
        Map.of(
            "TargetGroup", target.getTargetGroupFullName(),
            "LoadBalancer", target.getFirstLoadBalancerFullName()));
  }

  /** One of the public API, where there is one. */
  private List<Definition> ofApi(
      JsonNode entry, Function<ApiStack, Map<String, String>> dimensions) {
    return api
        .map(dimensions)
        .map(of -> {
          Metric counted = plainMetric(entry, entry.get("metric").asText(), of);
          if (!entry.has("perMetric")) {
            return of(entry, counted, "");
          }
          Metric all = plainMetric(entry, entry.get("perMetric").asText(), of);
          return of(
              entry, expression(entry, "part / all", Map.of("part", counted, "all", all)), "");
        })
        .stream()
        .toList();
  }

  /** One for each queue that is worked off, or one of all dead-letter queues together. */
  private List<Definition> ofQueues(JsonNode entry) {
    String queues = entry.get("queues").asText();
    return switch (queues) {
      case "each" ->
          messaging.workQueues().stream()
              .map(work -> of(entry, queueMetric(entry, work.queue()), "-" + work.name()))
              .toList();
      case "dead-letters" -> {
        List<Metric> metrics =
            messaging.deadLetters().stream().map(queue -> queueMetric(entry, queue)).toList();
        yield List.of(of(entry, sum(entry, metrics), ""));
      }
      default -> throw new IllegalArgumentException("no queues of ours: " + queues);
    };
  }

  private static Metric queueMetric(JsonNode entry, Queue queue) {
    return plainMetric(
        entry, entry.get("metric").asText(), Map.of("QueueName", queue.getQueueName()));
  }
}
