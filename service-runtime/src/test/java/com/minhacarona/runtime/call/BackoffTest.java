package com.minhacarona.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Backoff BACKOFF = new Backoff(Duration.ofNanos(10), Duration.ofNanos(40), 3);

  @Test
  void pause_afterTheLastRetry_isRefused() {
    assertThat(BACKOFF.pause(2, new Random(1))).isTrue();
    assertThat(BACKOFF.pause(3, new Random(1))).isFalse();
  }

  @Test
  void pause_beyondTheDeadline_isRefused() throws Exception {
    Backoff long_ = new Backoff(Duration.ofDays(1), Duration.ofDays(1), 3);
    try (var timer = Executors.newSingleThreadScheduledExecutor()) {
      Context.CancellableContext context =
          Context.current().withDeadline(Deadline.after(1, TimeUnit.MINUTES), timer);
      assertThat(context.call(() -> long_.pause(0, new Random(1)))).isFalse();
      context.cancel(null);
    }
  }

  @Test
  void pause_whenInterrupted_isRefusedAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThat(BACKOFF.pause(0, new Random(1))).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }
}
