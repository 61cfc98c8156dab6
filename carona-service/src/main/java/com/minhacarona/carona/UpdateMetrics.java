package com.minhacarona.carona;

import com.google.inject.Inject;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;

/** Measures update streams. Thread-safe. */
final class UpdateMetrics {
  /** How many streams are open. */
  static final String STREAMS = "updates.subscribers";

  /** The time from a change to its sending, the change by the clock of its writer. */
  static final String LAG = "updates.lag";

  /** States that were replaced by a newer one before they were sent. */
  static final String CONFLATED = "updates.conflated";

  private final MeterRegistry registry;
  private final Timer lag;
  private final Counter conflated;

  @Inject
  UpdateMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.lag = registry.timer(LAG);
    this.conflated = registry.counter(CONFLATED);
  }

  void streams(Collection<?> open) {
    registry.gaugeCollectionSize(STREAMS, Tags.empty(), open);
  }

  void sent(Duration sinceCommit) {
    // Clocks of two machines differ by milliseconds.
    lag.record(sinceCommit.isNegative() ? Duration.ZERO : sinceCommit);
  }

  void conflated() {
    conflated.increment();
  }
}
