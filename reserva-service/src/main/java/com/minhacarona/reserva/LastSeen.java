package com.minhacarona.reserva;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.inject.Inject;
import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.table.CaronaItem;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Remembers how many seats this task last saw on each ride. The number may be out of date. It saves
 * transactions that are bound to fail, but it never decides a booking. Thread-safe.
 */
final class LastSeen {
  /** An entry takes about a hundred bytes. */
  private static final int MAX_CARONAS = 100_000;

  /** A number that is older is no better than none. */
  static final Duration KEPT = Duration.ofMinutes(10);

  /** The number for a ride that takes no bookings. */
  private static final int NONE = 0;

  private final Cache<String, Integer> vagas;

  @Inject
  LastSeen() {
    this(Ticker.systemTicker());
  }

  LastSeen(Ticker ticker) {
    this.vagas =
        Caffeine.newBuilder()
            .maximumSize(MAX_CARONAS)
            .expireAfterWrite(KEPT)
            .ticker(ticker)
            .build();
  }

  /** The seats that were left for a booking; empty when that is not known. */
  OptionalInt vagas(String caronaId) {
    Integer seen = vagas.getIfPresent(caronaId);
    return seen == null ? OptionalInt.empty() : OptionalInt.of(seen);
  }

  /** Remembers the seats of a ride that was read. */
  void saw(CaronaItem carona) {
    vagas.put(
        carona.id(),
        carona.status() == CaronaItem.Status.ABERTA ? carona.vagasDisponiveis() : NONE);
  }

  /** Takes off the seats of a booking, which left one at least unless it says that it did not. */
  void booked(Booked booked) {
    String caronaId = booked.reserva().caronaId();
    if (booked.vagasDisponiveis().isPresent()) {
      vagas.put(caronaId, booked.vagasDisponiveis().getAsInt());
    } else {
      vagas
          .asMap()
          .computeIfPresent(caronaId, (_, seen) -> Math.max(1, seen - booked.reserva().vagas()));
    }
  }

  /** Forgets a ride of which seats were given back, because nobody saw how many are left now. */
  void forget(String caronaId) {
    vagas.invalidate(caronaId);
  }
}
