package com.minhacarona.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class QueueTimesTest {
  /** The most receives that a queue can be set to allow, and how long ours keep a message. */
  private static final int RECEIVES = 1_000;

  private static final Duration KEPT = Duration.ofDays(4);

  /** Always chooses the shortest pause. */
  private static final class First implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new AssertionError("without a bound");
    }

    @Override
    public long nextLong(long bound) {
      return 0;
    }
  }

  @Test
  void aMessageInTrouble_isReceivedLessOftenThanSqsAllows_asLongAsItIsKept() {
    Duration age = Duration.ZERO;
    int receives = 0;
    while (age.compareTo(KEPT) < 0) {
      receives++;
      age = age.plus(QueueTimes.DEFAULT.retry().after(receives, new First()));
      assertThat(receives).isLessThan(RECEIVES);
    }
    assertThat(receives).as("stops and lost tasks cost some more").isLessThan(RECEIVES * 4 / 5);
  }
}
