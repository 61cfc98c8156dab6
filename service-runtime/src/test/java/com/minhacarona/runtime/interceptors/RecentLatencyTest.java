package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentLatencyTest {
  private final AtomicLong now = new AtomicLong();
  private final RecentLatency latency = new RecentLatency(now::get);

  @Test
  void fits_beforeAnyCall_isWhateverIsPositive() {
    assertThat(latency.fits(Optional.empty())).isTrue();
    assertThat(fits(Duration.ofNanos(1))).isTrue();
    assertThat(fits(Duration.ZERO)).isFalse();
    assertThat(fits(Duration.ofNanos(-1))).isFalse();
  }

  @Test
  void fits_afterACall_isMoreThanHalfOfWhatItTook() {
    latency.add(Duration.ofMillis(200).toNanos());
    assertThat(fits(Duration.ofMillis(100))).isFalse();
    assertThat(fits(Duration.ofMillis(100).plusNanos(1))).isTrue();
    assertThat(latency.fits(Optional.empty())).as("no deadline is never too close").isTrue();
  }

  @Test
  void add_ofASecondCall_countsForAFiftieth() {
    latency.add(Duration.ofMillis(200).toNanos());
    latency.add(Duration.ofMillis(100).toNanos());
    assertThat(fits(Duration.ofMillis(99))).as("198 ms on average").isFalse();
    assertThat(fits(Duration.ofMillis(99).plusNanos(1))).isTrue();
  }

  @Test
  void fits_aSecondAfterTheLastCall_forgetsIt() {
    latency.add(Duration.ofMillis(200).toNanos());
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(fits(Duration.ofMillis(100))).isFalse();
    now.incrementAndGet();
    assertThat(fits(Duration.ofNanos(1))).isTrue();
  }

  @Test
  void add_afterASilence_beginsAnew() {
    latency.add(Duration.ofMillis(200).toNanos());
    now.addAndGet(Duration.ofSeconds(1).toNanos() + 1);
    latency.add(Duration.ofMillis(20).toNanos());
    assertThat(fits(Duration.ofMillis(10))).isFalse();
    assertThat(fits(Duration.ofMillis(10).plusNanos(1))).isTrue();
  }

  private boolean fits(Duration left) {
    return latency.fits(Optional.of(left));
  }
}
