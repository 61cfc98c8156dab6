package com.minhacarona.runtime.process;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * A clock that never steps: the wall clock as it was once, moved on by the time that has elapsed
 * since. Two of its instants differ by what elapsed between them, whatever was done to the wall
 * clock meanwhile. Not for an instant that others compare with theirs. Thread-safe.
 */
public final class SteadyClock extends Clock {
  private final Clock wall;
  private final LongSupplier nanoTime;
  private final Instant began;
  private final long beganNanos;

  /** A clock that shows now what {@code wall} shows. */
  public SteadyClock(Clock wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.began = wall.instant();
    this.beganNanos = nanoTime.getAsLong();
  }

  @Override
  public Instant instant() {
    return began.plusNanos(nanoTime.getAsLong() - beganNanos);
  }

  @Override
  public ZoneId getZone() {
    return wall.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new SteadyClock(wall.withZone(zone), nanoTime);
  }
}
