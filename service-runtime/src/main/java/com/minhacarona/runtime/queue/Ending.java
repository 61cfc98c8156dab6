package com.minhacarona.runtime.queue;

import io.grpc.Status;

/**
 * How the handling of a message ended, for meters and the log.
 *
 * @param outcome one of a few words in lower case
 * @param status what a call would have ended with
 * @param reason the reason of a message that can never work; {@code "-"} otherwise
 * @param gone whether the message has left the queue
 */
record Ending(String outcome, Status status, String reason, boolean gone) {
  private static final String NONE = "-";

  static Ending done(String outcome) {
    return new Ending(outcome, Status.OK, NONE, true);
  }

  static Ending later(String outcome) {
    return new Ending(outcome, Status.OK, NONE, false);
  }

  static Ending trouble(Status status) {
    return new Ending("trouble", status, NONE, false);
  }

  static Ending fault() {
    return new Ending("fault", Status.INTERNAL, NONE, false);
  }

  /** Put back before it was handled, because the reading stops. */
  static Ending released() {
    return new Ending("released", Status.CANCELLED, NONE, false);
  }

  static Ending poison(String reason, Status status) {
    return new Ending("poison", status, reason, true);
  }
}
