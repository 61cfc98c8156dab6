package com.minhacarona.runtime;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What is left of the current call's deadline. */
public final class Deadlines {

  /** The smaller of a budget and what is left for the current call; zero when nothing is. */
  public static Duration atMost(Duration budget) {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return budget;
    }
    long left = Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
    return left < budget.toNanos() ? Duration.ofNanos(left) : budget;
  }

  /** Whether the current call's deadline has passed. */
  public static boolean passed() {
    Deadline deadline = Context.current().getDeadline();
    return deadline != null && deadline.isExpired();
  }

  private Deadlines() {}
}
