package com.minhacarona.runtime.queue;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How many messages are in hand at a time. Each message in trouble halves the number, down to one
 * after a pause, which probes whether the trouble is over. The first that succeeds brings back full
 * speed. So an outage costs few requests, and what waited is caught up with quickly. Thread-safe.
 */
final class Pace {
  private final int fastest;
  private final Pauses probe;
  private final RandomGenerator random;
  private int atATime;
  private int failedProbes;

  Pace(int fastest, Pauses probe, RandomGenerator random) {
    this.fastest = fastest;
    this.probe = probe;
    this.random = random;
    this.atATime = fastest;
  }

  /** How many messages may be in hand, at least one. */
  synchronized int atATime() {
    return atATime;
  }

  /** How long to wait before the next message is received; nothing unless all are in trouble. */
  synchronized Duration pause() {
    return failedProbes == 0 ? Duration.ZERO : probe.after(failedProbes, random);
  }

  /** A message has shown that what it needs works. */
  synchronized void success() {
    atATime = fastest;
    failedProbes = 0;
  }

  /** A message has met trouble that others would meet, too. */
  synchronized void trouble() {
    if (atATime == 1) {
      failedProbes++;
    } else {
      atATime /= 2;
    }
  }
}
