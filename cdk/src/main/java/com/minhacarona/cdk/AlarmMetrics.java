package com.minhacarona.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;

/** What an entry of {@code docs/operations/alarms.json} looks at, as the CDK has it. */
final class AlarmMetrics {
  /** With these dimensions and no other. */
  static Metric plainMetric(JsonNode entry, String name, Map<String, String> dimensions) {
    return Metric.Builder.create()
        .namespace(entry.get("namespace").asText())
        .metricName(name)
        .dimensionsMap(dimensions)
        .statistic(entry.get("statistic").asText())
        .period(period(entry))
        .build();
  }

  static IMetric sum(JsonNode entry, List<Metric> metrics) {
    return metrics.size() == 1
        ? metrics.getFirst()
        : expression(entry, added("part", metrics), named("part", metrics));
  }

  static IMetric expression(
      JsonNode entry, String expression, Map<String, ? extends IMetric> used) {
    return MathExpression.Builder.create()
        .expression(expression)
        .usingMetrics(used)
        .label(entry.get("title").asText())
        .period(period(entry))
        .build();
  }

  static String added(String name, List<Metric> metrics) {
    return IntStream.range(0, metrics.size())
        .mapToObj(i -> "FILL(%s%d, 0)".formatted(name, i))
        .collect(Collectors.joining(" + "));
  }

  static Map<String, IMetric> named(String name, List<Metric> metrics) {
    return IntStream.range(0, metrics.size())
        .boxed()
        .collect(Collectors.toMap(i -> name + i, metrics::get));
  }

  static Duration period(JsonNode entry) {
    return Duration.seconds(entry.get("periodSeconds").asInt());
  }

  static ComparisonOperator comparison(String name) {
    return switch (name) {
      case "GreaterThanThreshold" -> ComparisonOperator.GREATER_THAN_THRESHOLD;
      case "LessThanThreshold" -> ComparisonOperator.LESS_THAN_THRESHOLD;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private AlarmMetrics() {}
}
