package com.minhacarona.carona;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import com.minhacarona.runtime.process.Steady;
import com.minhacarona.table.CaronaItem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps rides that this task read a moment ago, so that many questions about one ride are few reads
 * of its partition. Does not keep that a ride is absent: it may be created the next moment.
 * Thread-safe.
 */
final class VagasCache {
  /** A few hundred bytes each: tens of megabytes when full. */
  private static final int MAX_CARONAS = 50_000;

  private final Cache<String, Reading> cache;
  private final Clock clock;

  @Inject
  VagasCache(CaronaConfig config, @Steady Clock clock) {
    this.clock = clock;
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(MAX_CARONAS)
            .expireAfterWrite(config.vagasStaleness())
            .ticker(() -> nanos(clock.instant()))
            .build();
  }

  /** A ride and when it was read. */
  record Reading(CaronaItem carona, Instant at) {}

  Optional<Reading> recent(String caronaId) {
    return Optional.ofNullable(cache.getIfPresent(caronaId));
  }

  /** How long ago it was read. */
  Duration age(Reading reading) {
    return Duration.between(reading.at(), clock.instant());
  }

  /** Keeps a ride unless a later state of it is known. */
  void remember(CaronaItem carona) {
    Reading reading = new Reading(carona, clock.instant());
    cache
        .asMap()
        .merge(
            carona.id(),
            reading,
            (known, read) -> known.carona().versao() > read.carona().versao() ? known : read);
  }

  private static long nanos(Instant instant) {
    return Duration.between(Instant.EPOCH, instant).toNanos();
  }
}
