package com.minhacarona.client;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double, up to a maximum, until they are shortened or reset. Not thread-safe. */
final class Pauses {
  private final Duration first;
  private final Duration max;
  private Duration next;
  private Instant end = Instant.MIN;

  Pauses(Duration first, Duration max) {
    this.first = first;
    this.max = max;
    this.next = first;
  }

  /** Begins a pause. Clients that failed at the same time end it at different ones. */
  void begin(Instant now) {
    long half = next.toMillis() / 2;
    end = now.plusMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
    Duration longer = next.multipliedBy(2);
    next = longer.compareTo(max) < 0 ? longer : max;
  }

  /** Whether no pause is under way. One that seems longer than any was begun by another clock. */
  boolean over(Instant now) {
    return !now.isBefore(end) || now.plus(max).isBefore(end);
  }

  /** Makes the next pause short again. The one under way goes on. */
  void shorten() {
    next = first;
  }

  /** Ends the pause. */
  void reset() {
    shorten();
    end = Instant.MIN;
  }
}
