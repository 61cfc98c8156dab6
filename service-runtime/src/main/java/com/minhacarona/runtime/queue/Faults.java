package com.minhacarona.runtime.queue;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/**
 * Counts how often a message met a fault of ours in this process. SQS's count of receives will not
 * do: a message that waited through an outage has many, and may still meet its first fault.
 * Thread-safe.
 */
final class Faults {
  /**
   * A fault that comes this often is no accident. Every task counts its own, so a message may meet
   * as many times the number of tasks.
   */
  static final int MAX_FAULTS = 5;

  /** A hundred bytes each. With more broken messages than that, some are tried more often. */
  private static final int MAX_MESSAGES = 10_000;

  /** A message comes again after 15 minutes at most, if there is anybody to take it. */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  private final Cache<String, Integer> faults =
      Caffeine.newBuilder().maximumSize(MAX_MESSAGES).expireAfterWrite(REMEMBERED).build();

  /** Counts one more, and returns whether there have been too many. */
  boolean tooMany(String messageId) {
    boolean tooMany = faults.asMap().merge(messageId, 1, Integer::sum) >= MAX_FAULTS;
    if (tooMany) {
      faults.invalidate(messageId);
    }
    return tooMany;
  }
}
