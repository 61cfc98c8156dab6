package com.minhacarona.runtime.metrics;

import java.util.List;
import java.util.Set;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;

/**
 * Lets only some metrics through to CloudWatch. It knows them by the names that they have there: a
 * timer makes several of them, of which perhaps one is asked for, and each costs the same. Of
 * percentiles it lets the highest through.
 */
final class OnlySome implements ExecutionInterceptor {
  private static final String PERCENTILE = "phi";

  private final Set<String> names;

  OnlySome(Set<String> names) {
    this.names = names;
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    if (context.request() instanceof PutMetricDataRequest put) {
      List<MetricDatum> some = put.metricData().stream().filter(this::isOne).toList();
      // CloudWatch takes no request without any.
      return put.toBuilder()
          .metricData(some.isEmpty() ? put.metricData().subList(0, 1) : some)
          .build();
    }
    return context.request();
  }

  private boolean isOne(MetricDatum metric) {
    return names.contains(metric.metricName())
        && metric.dimensions().stream()
            .filter(dimension -> dimension.name().equals(PERCENTILE))
            .allMatch(dimension -> dimension.value().equals(PublishedMeters.HIGHEST_PERCENTILE));
  }
}
