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
 * Selects the meters that go to CloudWatch, which bills each combination of a name and its tags; a
 * timer makes up to seven of them. The other meters are measured too, for registries that cost
 * nothing.
 */
final class PublishedMeters implements MeterFilter {
  private static final Set<String> AS_THEY_ARE =
      Set.of(
          CallMeters.ACTIVE_STREAMS,
          "jvm.memory.usage.after.gc",
          "jvm.gc.overhead",
          "jvm.threads.live",
          "process.cpu.usage",
          "netty.direct.used",
          "tls.certificate.expiry");

  /** Published as sums over all methods or operations. */
  private static final Set<String> SUMMED =
      Set.of(
          CallMeters.STARTED,
          CallMeters.ENDED,
          CallMeters.SHED,
          "auth.refused",
          DynamoDbMetrics.DURATION,
          DynamoDbMetrics.CONSUMED,
          DynamoDbMetrics.THROTTLED,
          Transactions.CONFLICTS);

  private static final double[] PERCENTILES = {0.5, 0.9, 0.99};

  /** As a tag has it. */
  static final String HIGHEST_PERCENTILE = "0.99";

  private final Set<String> timedMethods;
  private final Set<String> ofTheService;

  /**
   * Adds the meters of a service to those of the runtime.
   *
   * @param timedMethods the methods whose duration is published, by bare name
   * @param ofTheService the names of the service's own meters
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

  /** "answered", "refused" for a reason that lies with the caller, or "failed" for one of ours. */
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
