package com.minhacarona.runtime.server;

import java.time.Duration;

/**
 * How often a service asks its store whether it answers.
 *
 * @param untilReady the pause after a check that failed, before the service says SERVING
 * @param whileServing the pause after each check while the service runs
 */
record CheckIntervals(Duration untilReady, Duration whileServing) {

  /** While it serves, a service makes 8,640 reads a day, which cost less than a cent a month. */
  static final CheckIntervals DEFAULT =
      new CheckIntervals(Duration.ofSeconds(1), Duration.ofSeconds(10));
}
