package com.minhacarona.runtime.interceptors;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The average latency of the calls of the last moments. Thread-safe; a race may lose a sample,
 * which does not matter.
 */
final class RecentLatency {
  /**
   * An older average is forgotten: the store may have recovered, and as long as all calls are
   * refused no new sample would show that.
   */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The weight of a new sample in the average, in which about the last fifty count. */
  private static final double WEIGHT = 0.02;

  private final LongSupplier nanoTime;
  private volatile Measure measure;

  private record Measure(double nanos, long at) {}

  RecentLatency(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void add(long nanos) {
    long now = nanoTime.getAsLong();
    Measure before = measure;
    measure =
        before == null || now - before.at > FRESH_NANOS
            ? new Measure(nanos, now)
            : new Measure(before.nanos + WEIGHT * (nanos - before.nanos), now);
  }

  /**
   * Whether a call with this much time left should begin: it needs more than half of the average.
   */
  boolean fits(Optional<Duration> left) {
    Measure now = measure;
    return left.isEmpty()
        || (left.get().isPositive()
            && (now == null
                || nanoTime.getAsLong() - now.at > FRESH_NANOS
                || left.get().toNanos() > now.nanos / 2));
  }
}
