package com.minhacarona.runtime.server;

import com.minhacarona.runtime.connections.Certificates;
import java.time.Duration;

/**
 * How often a service looks at what may change beside it.
 *
 * @param untilReady the pause after the store did not answer, before the service says SERVING
 * @param whileServing the pause after each question to the store while the service runs
 * @param certificates the pause between two readings of the certificates
 */
record CheckIntervals(Duration untilReady, Duration whileServing, Duration certificates) {

  /** While it serves, a service makes 8,640 reads a day, which cost less than a cent a month. */
  static final CheckIntervals DEFAULT =
      new CheckIntervals(Duration.ofSeconds(1), Duration.ofSeconds(10), Certificates.RELOAD);
}
