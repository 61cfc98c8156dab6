package com.minhacarona.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
  /** Always chooses the longest pause. */
  private static final class Last implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new AssertionError("without a bound");
    }

    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }
  }

  private static final Pauses PAUSES = new Pauses(Duration.ofSeconds(1), Duration.ofMinutes(5));

  private final Pace pace = new Pace(20, PAUSES, new Last());

  @Test
  void pauses_double_upToTheirBound() {
    assertThat(IntStream.rangeClosed(1, 11).mapToObj(n -> PAUSES.after(n, new Last()).toSeconds()))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L);
    assertThat(PAUSES.after(Integer.MAX_VALUE, new Last())).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void pauses_areMoreThanHalfOfTheirBound_andNoLongerThanIt() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int i = 0; i < 1_000; i++) {
      assertThat(PAUSES.after(3, random))
          .isGreaterThan(Duration.ofSeconds(2))
          .isLessThanOrEqualTo(Duration.ofSeconds(4));
    }
    Pauses shortest = new Pauses(Duration.ofNanos(1), Duration.ofNanos(1));
    assertThat(shortest.after(1, random)).isEqualTo(Duration.ofNanos(1));
  }

  @Test
  void trouble_halvesWhatIsInHand_andThenMakesPauses() {
    assertThat(pace.atATime()).isEqualTo(20);
    pace.trouble();
    assertThat(pace.atATime()).isEqualTo(10);
    pace.trouble();
    pace.trouble();
    pace.trouble();
    assertThat(pace.atATime()).isEqualTo(1);
    assertThat(pace.pause()).isZero();
    pace.trouble();
    pace.trouble();
    assertThat(pace.atATime()).isEqualTo(1);
    assertThat(pace.pause()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void success_bringsBackFullSpeedAtOnce() {
    IntStream.range(0, 100).forEach(_ -> pace.trouble());
    pace.success();
    assertThat(pace.atATime()).isEqualTo(20);
    assertThat(pace.pause()).isZero();
  }
}
