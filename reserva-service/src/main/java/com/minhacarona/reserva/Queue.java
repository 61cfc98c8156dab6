package com.minhacarona.reserva;

/** The queues that a process of reserva-service may read. */
public enum Queue {
  /** Requests for reservations that may wait. */
  RESERVATIONS("reservations", 16),

  /** The records of the table's stream. */
  CHANGES("changes", 16),

  /** Events of which residents are to hear. */
  NOTIFICATIONS("notifications", 16);

  private final String word;
  private final int concurrency;

  Queue(String word, int concurrency) {
    this.word = word;
    this.concurrency = concurrency;
  }

  /** The queue's name in settings, meters and logs. */
  String word() {
    return word;
  }

  /**
   * How many messages a process has in hand at a time at most. Each takes some ten to hundred
   * milliseconds of waiting for others, so this is hundreds of messages a second and few places of
   * the calls.
   */
  public int concurrency() {
    return concurrency;
  }
}
