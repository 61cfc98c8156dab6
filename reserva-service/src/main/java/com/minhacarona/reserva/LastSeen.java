package com.minhacarona.reserva;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import com.minhacarona.reserva.BookingTransaction.Seats;
import com.minhacarona.table.CaronaItem;
import java.time.Duration;

/**
 * What this task last saw of the seats of each ride: a guess, which saves transactions that are
 * bound to fail. It never decides a booking. Thread-safe.
 */
final class LastSeen {
  /** A hundred bytes each. */
  private static final int MAX_CARONAS = 100_000;

  /** A guess older than this is no better than none. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  private static final int CLOSED = 0;

  private final Cache<String, Integer> vagas =
      Caffeine.newBuilder().maximumSize(MAX_CARONAS).expireAfterWrite(KEPT).build();

  @Inject
  LastSeen() {}

  void saw(CaronaItem carona) {
    vagas.put(
        carona.id(),
        carona.status() == CaronaItem.Status.ABERTA ? carona.vagasDisponiveis() : CLOSED);
  }

  void booked(BookingTransaction booking) {
    String caronaId = booking.nova().caronaId();
    if (booking.seats() == Seats.NONE_LEFT) {
      vagas.put(caronaId, CLOSED);
    } else {
      vagas
          .asMap()
          .computeIfPresent(caronaId, (_, seen) -> Math.max(1, seen - booking.nova().vagas()));
    }
  }

  /** Seats came back, and how many are left now was not seen. */
  void forget(String caronaId) {
    vagas.invalidate(caronaId);
  }

  /** Whether a booking would fail by what was seen. */
  boolean refuses(NewReserva nova) {
    Integer seen = vagas.getIfPresent(nova.caronaId());
    return seen != null && seen < nova.vagas();
  }

  /** What a booking would leave by what was seen. */
  Seats after(NewReserva nova) {
    Integer seen = vagas.getIfPresent(nova.caronaId());
    return seen == null ? Seats.SOME_LEFT : Seats.after(seen, nova.vagas());
  }
}
