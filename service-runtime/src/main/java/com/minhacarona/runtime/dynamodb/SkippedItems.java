package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of each item that was skipped because this version cannot read it. Counts every time in
 * {@value #UNREADABLE}, and logs each item once, because a list may meet it many times a second.
 * Thread-safe.
 */
public final class SkippedItems implements Consumer<RuntimeException> {
  public static final String UNREADABLE = "items.unreadable";

  /** A few hundred bytes each. Whoever has to look into so many needs no longer list. */
  static final int MAX_LOGGED = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(SkippedItems.class);

  private final Counter unreadable;
  private final Set<String> logged = new HashSet<>();

  @Inject
  public SkippedItems(MeterRegistry meters) {
    this.unreadable = meters.counter(UNREADABLE);
  }

  /**
   * Notes that an item was skipped.
   *
   * @param why names the item and what is wrong with it, always in the same words
   */
  @Override
  public void accept(RuntimeException why) {
    unreadable.increment();
    if (isNew(why.toString())) {
      LOG.error(
          "An item is skipped until an operator mends it or this task has a version that can"
              + " read it: {}",
          why.toString());
    }
  }

  private synchronized boolean isNew(String item) {
    if (logged.size() == MAX_LOGGED || !logged.add(item)) {
      return false;
    }
    if (logged.size() == MAX_LOGGED) {
      LOG.error("More than {} items are skipped; {} counts the others", MAX_LOGGED, UNREADABLE);
    }
    return true;
  }
}
