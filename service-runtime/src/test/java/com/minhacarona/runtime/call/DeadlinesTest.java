package com.minhacarona.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static final Duration BUDGET = Duration.ofMillis(400);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /** Time stands still, so that what is left is exact. */
  private static final Deadline.Ticker STOPPED =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return 0;
        }
      };

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void withoutADeadline_nothingIsBounded() {
    assertThat(Deadlines.atMost(BUDGET)).isEqualTo(BUDGET);
    assertThat(Deadlines.left()).isEmpty();
    assertThat(Deadlines.passed()).isFalse();
    assertThat(Deadlines.passedForTheClient()).isFalse();
  }

  @Test
  void atMost_withMoreLeft_isTheBudget() {
    within(401, () -> assertThat(Deadlines.atMost(BUDGET)).isEqualTo(BUDGET));
  }

  @Test
  void atMost_withLessLeft_isWhatIsLeft() {
    within(399, () -> assertThat(Deadlines.atMost(BUDGET)).isEqualTo(Duration.ofMillis(399)));
  }

  @Test
  void afterTheDeadline_nothingIsLeft() {
    within(
        -5,
        () -> {
          assertThat(Deadlines.atMost(BUDGET)).isEqualTo(Duration.ZERO);
          assertThat(Deadlines.left()).contains(Duration.ofMillis(-5));
          assertThat(Deadlines.passed()).isTrue();
          assertThat(Deadlines.passedForTheClient()).isTrue();
        });
  }

  @Test
  void passedForTheClient_allowsForTheNetwork() {
    within(
        99,
        () -> {
          assertThat(Deadlines.passedForTheClient()).isTrue();
          assertThat(Deadlines.passed()).isFalse();
        });
    within(100, () -> assertThat(Deadlines.passedForTheClient()).isFalse());
  }

  private void within(long millis, Runnable assertion) {
    Deadline deadline = Deadline.after(millis, TimeUnit.MILLISECONDS, STOPPED);
    try (Context.CancellableContext context = Context.current().withDeadline(deadline, timer)) {
      context.run(assertion);
    }
  }
}
