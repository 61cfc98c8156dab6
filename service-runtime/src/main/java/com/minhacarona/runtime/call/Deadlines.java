package com.minhacarona.runtime.call;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is left of the current call's deadline. */
public final class Deadlines {
  /** What was left when the call set out counts from its arrival: the client is so much ahead. */
  private static final Duration NETWORK_DELAY = Duration.ofMillis(100);

  /** The smaller of a budget and what is left for the current call; zero when nothing is. */
  public static Duration atMost(Duration budget) {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return budget;
    }
    long left = Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
    return left < budget.toNanos() ? Duration.ofNanos(left) : budget;
  }

  /** What is left for the current call; empty when it may take as long as it will. */
  public static Optional<Duration> left() {
    return Optional.ofNullable(Context.current().getDeadline())
        .map(deadline -> Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  /** Whether the current call's deadline has passed. */
  public static boolean passed() {
    Deadline deadline = Context.current().getDeadline();
    return deadline != null && deadline.isExpired();
  }

  /** Whether a client that cancels does so because its deadline has passed. */
  public static boolean passedForTheClient() {
    return left().map(left -> left.compareTo(NETWORK_DELAY) < 0).orElse(false);
  }

  private Deadlines() {}
}
