package com.minhacarona.runtime.process;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets something happen a number of times in each second, and no more. Thread-safe. */
public final class PerSecond {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int limit;
  private final LongSupplier nanoTime;
  private long secondBegan;
  private int inThisSecond;

  public PerSecond(int limit, LongSupplier nanoTime) {
    this.limit = limit;
    this.nanoTime = nanoTime;
    this.secondBegan = nanoTime.getAsLong();
  }

  /** Whether it may happen once more now. */
  public synchronized boolean tryAcquire() {
    long now = nanoTime.getAsLong();
    if (now - secondBegan >= SECOND) {
      secondBegan = now;
      inThisSecond = 0;
    }
    if (inThisSecond == limit) {
      return false;
    }
    inThisSecond++;
    return true;
  }
}
