package com.minhacarona.carona;

import com.google.inject.Inject;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;

/** What is measured about update streams. Thread-safe. */
final class UpdateMetrics {
  private final MeterRegistry registry;
  private final Timer lag;
  private final Counter conflated;

  @Inject
  UpdateMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.lag = registry.timer("updates.atraso");
    this.conflated = registry.counter("updates.descartados");
  }

  /** {@code updates.assinantes}: how many streams are open. */
  void streams(Collection<?> open) {
    registry.gaugeCollectionSize(
        "updates.assinantes", io.micrometer.core.instrument.Tags.empty(), open);
  }

  /** {@code updates.atraso}: a change was sent, so long after it was made by its writer's clock. */
  void sent(Duration sinceCommit) {
    // Clocks of two machines differ by milliseconds.
    lag.record(sinceCommit.isNegative() ? Duration.ZERO : sinceCommit);
  }

  /** {@code updates.descartados}: a state was replaced by a newer one before it was sent. */
  void conflated() {
    conflated.increment();
  }
}
