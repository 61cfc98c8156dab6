package com.minhacarona.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteadyClockTest {
  private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");

  private final AtomicReference<Instant> wallTime = new AtomicReference<>(BEGIN);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Clock wall = ((InstantSource) wallTime::get).withZone(ZoneOffset.UTC);

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-0.5S", "PT-1H", "PT1H"})
  void instant_whenTheWallClockSteps_movesOnByWhatElapsed(Duration step) {
    SteadyClock clock = new SteadyClock(wall, nanos::get);
    assertThat(clock.instant()).isEqualTo(BEGIN);
    wallTime.set(BEGIN.plus(step));
    nanos.addAndGet(20);
    assertThat(clock.instant()).isEqualTo(BEGIN.plusNanos(20));
  }
}
