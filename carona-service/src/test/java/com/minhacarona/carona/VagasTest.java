package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.carona.Vagas.Question;
import com.minhacarona.runtime.process.SteadyClock;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ages of answers while somebody sets the wall clock. */
class VagasTest {
  private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration STALENESS = Duration.ofMillis(250);
  private static final CaronaItem CARONA = Examples.carona("c", BEGIN.plus(Duration.ofDays(1)));

  private final AtomicReference<Instant> wallTime = new AtomicReference<>(BEGIN);
  private final AtomicLong nanos = new AtomicLong();
  private final Clock wall = ((InstantSource) wallTime::get).withZone(ZoneOffset.UTC);
  private final Vagas vagas =
      new Vagas(
          new OneCarona(),
          new VagasCache(new CaronaConfig(STALENESS), new SteadyClock(wall, nanos::get)),
          new SimpleMeterRegistry(),
          wall);

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-0.5S", "PT-1H", "PT1H"})
  void known_whenTheWallClockSteps_isAsOldAsItIs(Duration step) {
    assertThat(vagas.read(question())).isPresent();
    wallTime.set(BEGIN.plus(step));
    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(vagas.known(question()).orElseThrow().age()).isEqualTo(Duration.ofMillis(100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-0.5S", "PT-1H", "PT1H"})
  void known_whenTheWallClockSteps_expiresInTime(Duration step) {
    assertThat(vagas.read(question())).isPresent();
    wallTime.set(BEGIN.plus(step));
    nanos.addAndGet(STALENESS.toNanos());
    assertThat(vagas.known(question())).isEmpty();
  }

  private static Question question() {
    return new Question(CARONA.id(), 1, Freshness.EVENTUAL);
  }

  /** A store in which there is one ride. */
  private static final class OneCarona implements CaronaStore {
    @Override
    public CreateResult create(NewCarona nova) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<CaronaItem> find(String caronaId, Freshness freshness) {
      return Optional.of(CARONA);
    }
  }
}
