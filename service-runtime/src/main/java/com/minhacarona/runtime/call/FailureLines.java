package com.minhacarona.runtime.call;

import io.grpc.Status;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets calls and messages that failed write a number of lines in each second, and counts the
 * others. Each status has a number of its own, so that a flood of refusals hides no fault of ours.
 * Thread-safe.
 */
public final class FailureLines {
  /**
   * Shows each failure of a busy day. In a flood of one status it is 90 KB a second, and a fortieth
   * of what the queue of the log takes.
   */
  public static final int PER_SECOND = 200;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoTime;
  private final Map<Status.Code, Integer> ended = new EnumMap<>(Status.Code.class);
  private long secondBegan;

  public FailureLines(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.secondBegan = nanoTime.getAsLong();
  }

  /** Whether one that ended with this status may write its line; always when it succeeded. */
  public synchronized boolean tryAcquire(Status.Code code) {
    return code == Status.Code.OK || ended.merge(code, 1, Integer::sum) <= PER_SECOND;
  }

  /**
   * Begins another second when one has passed.
   *
   * @return how many lines the second that is over left out, by status; only statuses of which it
   *     left some out
   */
  public synchronized Map<Status.Code, Integer> leftOut() {
    long now = nanoTime.getAsLong();
    if (now - secondBegan < SECOND) {
      return Map.of();
    }
    secondBegan = now;
    Map<Status.Code, Integer> leftOut = new EnumMap<>(ended);
    ended.clear();
    leftOut.values().removeIf(lines -> lines <= PER_SECOND);
    leftOut.replaceAll((_, lines) -> lines - PER_SECOND);
    return leftOut;
  }
}
