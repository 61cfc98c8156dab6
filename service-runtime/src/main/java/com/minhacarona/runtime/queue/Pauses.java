package com.minhacarona.runtime.queue;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between half of a bound and all of it. The bound doubles from one to the next. With a
 * least pause, the number of them in a given time is known.
 *
 * @param first the bound of the first pause
 * @param longest the bound of any pause
 */
record Pauses(Duration first, Duration longest) {
  /** More doublings than any two bounds are apart, and few enough not to overflow. */
  private static final int MAX_DOUBLINGS = 20;

  /** The pause after so many failures in a row, from 1 on: more than nothing. */
  Duration after(int failures, RandomGenerator random) {
    int doublings = Math.clamp(failures - 1L, 0, MAX_DOUBLINGS);
    long bound = Math.min(first.toNanos() << doublings, longest.toNanos());
    long least = bound / 2;
    return Duration.ofNanos(least + random.nextLong(bound - least) + 1);
  }
}
