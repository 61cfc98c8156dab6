package com.minhacarona.runtime.call;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between tries with full jitter. The bound doubles from one pause to the next, and each
 * pause is a random part of its bound, so that callers who collided once do not collide again.
 *
 * @param first the bound of the first pause
 * @param longest the bound of any pause
 * @param retries how many pauses there are
 */
public record Backoff(Duration first, Duration longest, int retries) {

  /**
   * Pauses before retry number {@code retry}, counted from 0.
   *
   * @return false, without a pause, when the retries are used up or the caller's deadline would
   *     pass
   */
  public boolean pause(int retry, RandomGenerator random) {
    if (retry >= retries) {
      return false;
    }
    long bound = Math.min(first.toNanos() << retry, longest.toNanos());
    Duration pause = Duration.ofNanos(random.nextLong(bound) + 1);
    if (Deadlines.atMost(pause).compareTo(pause) < 0) {
      return false;
    }
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
