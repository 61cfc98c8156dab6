package com.minhacarona.runtime.call;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Tells how much time the current call has left. */
public final class Deadlines {
  /**
   * A deadline travels as the time that is left, and the server counts it from the call's arrival.
   * The client's clock therefore runs ahead by the time on the network, which is less than this.
   */
  private static final Duration NETWORK_DELAY = Duration.ofMillis(100);

  /** The smaller of a budget and the time that the current call has left; zero when it has none. */
  public static Duration atMost(Duration budget) {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return budget;
    }
    long left = Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
    return left < budget.toNanos() ? Duration.ofNanos(left) : budget;
  }

  /** The time that the current call has left, negative after its deadline; empty without one. */
  public static Optional<Duration> left() {
    return Optional.ofNullable(Context.current().getDeadline())
        .map(deadline -> Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  /** Whether the current call's deadline has passed. */
  public static boolean passed() {
    Deadline deadline = Context.current().getDeadline();
    return deadline != null && deadline.isExpired();
  }

  /** Whether the deadline has passed on the client's clock, which explains why it cancels. */
  public static boolean passedForTheClient() {
    return left().map(left -> left.compareTo(NETWORK_DELAY) < 0).orElse(false);
  }

  private Deadlines() {}
}
