package com.minhacarona.runtime.auth;

import java.time.Duration;

/**
 * How long an issuer is waited for.
 *
 * @param silence to connect, and between two packets of its answer
 * @param answer for the whole answer, however slowly it drips
 * @param call for a call that needs the answer; the request goes on for those that come after it
 */
record Patience(Duration silence, Duration answer, Duration call) {

  /** A call that waits for keys has most of its usual 10 seconds left. */
  static final Patience DEFAULT =
      new Patience(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(3));
}
