package com.minhacarona.runtime.metrics;

import com.minhacarona.runtime.dynamodb.DynamoDbMetrics;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.interceptors.CallMeters;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.util.List;
import java.util.Set;

/**
 * What goes to CloudWatch, where each combination of a name and its tags is billed, and a timer is
 * up to seven of them. Everything else is measured too, and read where it costs nothing.
 */
final class PublishedMeters implements MeterFilter {
  private static final Set<String> AS_THEY_ARE =
      Set.of(
          CallMeters.ACTIVE_STREAMS,
          "jvm.memory.usage.after.gc",
          "jvm.gc.overhead",
          "jvm.threads.live",
          "process.cpu.usage",
          "netty.direct.used");

  /** Added up over all methods or operations. */
  private static final Set<String> SUMMED =
      Set.of(
          CallMeters.STARTED,
          CallMeters.ENDED,
          CallMeters.SHED,
          DynamoDbMetrics.DURATION,
          DynamoDbMetrics.CONSUMED,
          DynamoDbMetrics.THROTTLED,
          Transactions.CONFLICTS);

  private static final double[] PERCENTILES = {0.5, 0.9, 0.99};

  private final Set<String> timedMethods;
  private final Set<String> ofTheService;

  /**
   * A filter.
   *
   * @param timedMethods the methods whose duration is published, by bare name
   * @param ofTheService the service's own meters
   */
  PublishedMeters(Set<String> timedMethods, Set<String> ofTheService) {
    this.timedMethods = timedMethods;
    this.ofTheService = ofTheService;
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    if (!SUMMED.contains(id.getName())) {
      return id;
    }
    String status = id.getTag("status");
    return id.replaceTags(status == null ? List.of() : List.of(Tag.of("status", kind(status))));
  }

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    boolean published =
        id.getName().startsWith(CallMeters.DURATION)
            ? timedMethods.contains(id.getTag("method")) && "OK".equals(id.getTag("status"))
            : AS_THEY_ARE.contains(id.getName())
                || SUMMED.contains(id.getName())
                || ofTheService.contains(id.getName());
    return published ? MeterFilterReply.NEUTRAL : MeterFilterReply.DENY;
  }

  @Override
  public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
    return id.getName().equals(CallMeters.DURATION)
        ? DistributionStatisticConfig.builder().percentiles(PERCENTILES).build().merge(config)
        : config;
  }

  /** Answered, refused for a reason that lies with the caller, or failed here. */
  private static String kind(String status) {
    return switch (status) {
      case "OK" -> "answered";
      case "INTERNAL",
          "UNKNOWN",
          "UNAVAILABLE",
          "DEADLINE_EXCEEDED",
          "DATA_LOSS",
          "UNIMPLEMENTED",
          "RESOURCE_EXHAUSTED" ->
          "failed";
      default -> "refused";
    };
  }
}
