package com.minhacarona.runtime.queue;

import java.time.Duration;

/** How the handling of a message ended, and so what becomes of the message. */
public sealed interface Verdict {

  /**
   * The message has done all that it can do. It is deleted.
   *
   * @param outcome how it ended, for meters and logs: one of a few words in lower case
   */
  record Done(String outcome) implements Verdict {}

  /**
   * Nothing is wrong, and it is too early. The message comes back later, however often.
   *
   * @param delay when it comes back, roughly; sooner if this is more than 12 hours after its
   *     receipt, less a minute
   * @param outcome why it has to wait, for meters and logs: one of a few words in lower case
   */
  record Later(Duration delay, String outcome) implements Verdict {}

  /**
   * Something that the message needs is in trouble that passes. The message comes back after a
   * pause that grows from one time to the next, and it is never given up for that.
   *
   * @param cause what went wrong, for the log
   */
  record Trouble(Throwable cause) implements Verdict {}

  /**
   * The message can never work. It goes to the dead-letter queue at once, with these two as
   * attributes.
   *
   * @param reason for programs and meters, such as {@code ARGUMENTO_INVALIDO}
   * @param detail for people: what has to be corrected
   */
  record Poison(String reason, String detail) implements Verdict {}
}
