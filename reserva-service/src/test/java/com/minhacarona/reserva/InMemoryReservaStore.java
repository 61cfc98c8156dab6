package com.minhacarona.reserva;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The contract in its simplest form: one lock, two maps. */
final class InMemoryReservaStore implements ReservaStore {
  final Map<String, CaronaItem> caronas = new HashMap<>();
  final Map<List<String>, ReservaItem> reservas = new HashMap<>();

  @Override
  public synchronized BookingResult book(NewReserva nova) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    List<String> key = List.of(nova.caronaId(), nova.usuarioId());
    Optional<CaronaItem> carona = Optional.ofNullable(caronas.get(nova.caronaId()));
    Optional<ReservaItem> earlier = Optional.ofNullable(reservas.get(key));
    Optional<BookingResult.Unchanged> refusal = Judgement.of(nova, carona, earlier, now);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    ReservaItem reserva = earlier.map(e -> nova.again(e, now)).orElseGet(() -> nova.first(now));
    CaronaItem booked = booked(carona.orElseThrow(), nova.vagas(), now);
    reservas.put(key, reserva);
    caronas.put(booked.id(), booked);
    return new BookingResult.Booked(
        reserva, booked.status() == Status.LOTADA ? OptionalInt.of(0) : OptionalInt.empty());
  }

  private static CaronaItem booked(CaronaItem carona, int vagas, Instant now) {
    int left = carona.vagasDisponiveis() - vagas;
    return carona.withStatus(left == 0 ? Status.LOTADA : Status.ABERTA, left, carona.motivo(), now);
  }
}
