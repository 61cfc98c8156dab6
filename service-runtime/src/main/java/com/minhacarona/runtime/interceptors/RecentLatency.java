package com.minhacarona.runtime.interceptors;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What calls took a moment ago. Thread-safe; a sample that is lost in a race does not matter. */
final class RecentLatency {
  /** An older measure says nothing: the store may have recovered, and nobody was let in to see. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The weight of each sample: the last fifty or so count. */
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

  /** Whether a call may be answered within this time: one that has less than half of it may not. */
  boolean fits(Optional<Duration> left) {
    Measure now = measure;
    return left.isEmpty()
        || (left.get().isPositive()
            && (now == null
                || nanoTime.getAsLong() - now.at > FRESH_NANOS
                || left.get().toNanos() > now.nanos / 2));
  }
}
