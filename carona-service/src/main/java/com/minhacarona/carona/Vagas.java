package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Answers how many seats are left, from a read of a moment ago or with a new one. */
final class Vagas {
  /** Counts the questions that the cache could answer, and those that it could not. */
  static final String CACHE = "vagas.cache";

  private final CaronaStore store;
  private final VagasCache cache;
  private final Counter hits;
  private final Counter misses;
  private final Clock clock;

  @Inject
  Vagas(CaronaStore store, VagasCache cache, MeterRegistry meters, Clock clock) {
    this.store = store;
    this.cache = cache;
    this.hits = meters.counter(CACHE, "result", "hit");
    this.misses = meters.counter(CACHE, "result", "miss");
    this.clock = clock;
  }

  /** A question whether {@code vagas} seats of a ride could be booked. */
  record Question(String caronaId, int vagas, Freshness freshness) {}

  /**
   * The answer.
   *
   * @param available whether the seats could be booked when the ride was read
   * @param age how long ago that was
   */
  record Answer(CaronaItem carona, boolean available, Duration age) {}

  /** The answer, if the cache has it and the question is not for a strong read; never waits. */
  Optional<Answer> known(Question question) {
    if (question.freshness() == Freshness.STRONG) {
      return Optional.empty();
    }
    Optional<Answer> known =
        cache
            .recent(question.caronaId())
            .filter(reading -> Tenant.sees(reading.carona().condominioId()))
            .map(reading -> answer(question, reading.carona(), cache.age(reading)));
    (known.isPresent() ? hits : misses).increment();
    return known;
  }

  /** The answer by one read; empty when there is no such ride. */
  Optional<Answer> read(Question question) {
    Optional<CaronaItem> carona = store.find(question.caronaId(), question.freshness());
    carona.ifPresent(cache::remember);
    return carona
        .filter(read -> Tenant.sees(read.condominioId()))
        .map(read -> answer(question, read, Duration.ZERO));
  }

  /** Keeps a ride that this task just wrote, so that its next answers show the change. */
  void remember(CaronaItem carona) {
    cache.remember(carona);
  }

  private Answer answer(Question question, CaronaItem carona, Duration age) {
    boolean available =
        carona.status() == Status.ABERTA
            && carona.vagasDisponiveis() >= question.vagas()
            && carona.partida().isAfter(clock.instant());
    return new Answer(carona, available, age);
  }
}
