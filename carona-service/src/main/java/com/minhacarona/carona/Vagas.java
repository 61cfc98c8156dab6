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

/** Answers how many seats are left: from what was read a moment ago, or with one read. */
final class Vagas {
  /** Questions that were answered from what was read a moment ago, and those that were not. */
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
    this.hits = meters.counter(CACHE, "resultado", "hit");
    this.misses = meters.counter(CACHE, "resultado", "miss");
    this.clock = clock;
  }

  /** A question about a ride: could {@code vagas} seats be booked? */
  record Pergunta(String caronaId, int vagas, Freshness freshness) {}

  /**
   * The answer.
   *
   * @param disponivel whether the seats could be booked when the ride was read
   * @param idade how long ago that was
   */
  record Resposta(CaronaItem carona, boolean disponivel, Duration idade) {}

  /** The answer if it is known; never waits. */
  Optional<Resposta> known(Pergunta pergunta) {
    if (pergunta.freshness() == Freshness.STRONG) {
      return Optional.empty();
    }
    Optional<Resposta> known =
        cache
            .recent(pergunta.caronaId())
            .filter(leitura -> Tenant.sees(leitura.carona().condominioId()))
            .map(leitura ->
                answer(
                    pergunta, leitura.carona(), Duration.between(leitura.em(), clock.instant())));
    (known.isPresent() ? hits : misses).increment();
    return known;
  }

  /** The answer by one read; empty when there is no such ride. */
  Optional<Resposta> read(Pergunta pergunta) {
    Optional<CaronaItem> carona = store.find(pergunta.caronaId(), pergunta.freshness());
    carona.ifPresent(cache::remember);
    return carona
        .filter(read -> Tenant.sees(read.condominioId()))
        .map(read -> answer(pergunta, read, Duration.ZERO));
  }

  /** What this task just wrote is known to it at once. */
  void remember(CaronaItem carona) {
    cache.remember(carona);
  }

  private Resposta answer(Pergunta pergunta, CaronaItem carona, Duration idade) {
    boolean disponivel =
        carona.status() == Status.ABERTA
            && carona.vagasDisponiveis() >= pergunta.vagas()
            && carona.partida().isAfter(clock.instant());
    return new Resposta(carona, disponivel, idade);
  }
}
