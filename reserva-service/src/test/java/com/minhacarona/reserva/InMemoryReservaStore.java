package com.minhacarona.reserva;

import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.RecusadaAntes;
import com.minhacarona.reserva.BookingResult.Unchanged;
import com.minhacarona.reserva.StatusChangeResult.Changed;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.InMemoryItems;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The twin of all stores in memory. It judges as they do, and each of its methods is one step for
 * everybody else. Thread-safe.
 */
final class InMemoryReservaStore implements ReservaStore, ReservaStatusStore, RecusaStore {
  private final InMemoryItems items;
  private final Clock clock;

  InMemoryReservaStore(InMemoryItems items, Clock clock) {
    this.items = items;
    this.clock = clock;
  }

  @Override
  public BookingResult book(NewReserva newReserva) {
    return items.atomically(() -> {
      Instant now = now();
      Stored stored = find(newReserva.caronaId(), newReserva.usuarioId());
      Optional<RecusaItem> told = newReserva.queued() ? recusa(newReserva) : Optional.empty();
      if (told.isPresent() && !isEffect(newReserva.requestId(), stored)) {
        return new RecusadaAntes(told.get());
      }
      Optional<Unchanged> refusal =
          Judgement.of(newReserva, stored.carona(), stored.reserva(), now);
      return refusal.isPresent() ? refusal.get() : book(newReserva, stored, now);
    });
  }

  private Optional<RecusaItem> recusa(NewReserva newReserva) {
    return items.recusa(newReserva.caronaId(), newReserva.usuarioId(), newReserva.requestId());
  }

  private static boolean isEffect(String requestId, Stored stored) {
    return stored.reserva().filter(reserva -> reserva.isEffectOf(requestId)).isPresent();
  }

  @Override
  public Remembered remember(RecusaItem recusa) {
    return items.atomically(() -> {
      Optional<RecusaItem> earlier =
          items.recusa(recusa.caronaId(), recusa.usuarioId(), recusa.requestId());
      if (earlier.isPresent()) {
        return new Recusada(earlier.get());
      }
      Optional<ReservaItem> booked =
          items
              .findReserva(recusa.caronaId(), recusa.usuarioId())
              .filter(r -> r.isEffectOf(recusa.requestId()) && r.vagas() == recusa.vagas());
      if (booked.isPresent()) {
        return new Reservada();
      }
      items.put(recusa);
      return new Recusada(recusa);
    });
  }

  private Booked book(NewReserva newReserva, Stored stored, Instant now) {
    CaronaItem carona = stored.carona().orElseThrow();
    int left = carona.vagasDisponiveis() - newReserva.vagas();
    ReservaItem reserva =
        stored
            .reserva()
            .map(cancelled -> newReserva.again(cancelled, now))
            .orElseGet(() -> newReserva.first(now));
    items.put(
        carona.withStatus(
            left == 0 ? CaronaItem.Status.LOTADA : CaronaItem.Status.ABERTA,
            left,
            carona.motivo(),
            now));
    items.put(reserva);
    return new Booked(reserva, left == 0 ? OptionalInt.of(0) : OptionalInt.empty());
  }

  @Override
  public Stored find(String caronaId, String usuarioId) {
    return items.atomically(
        () -> new Stored(items.findCarona(caronaId), items.findReserva(caronaId, usuarioId)));
  }

  @Override
  public StatusChangeResult change(StatusChange change) {
    return items.atomically(() -> {
      Instant now = now();
      Stored stored = find(change.caronaId(), change.usuarioId());
      Optional<StatusChangeResult> unchanged = ReservaTransitions.judge(change, stored, now);
      return unchanged.isPresent() ? unchanged.get() : change(change, stored, now);
    });
  }

  private Changed change(StatusChange change, Stored stored, Instant now) {
    CaronaItem carona = stored.carona().orElseThrow();
    ReservaItem changed =
        stored.reserva().orElseThrow().withStatus(change.status(), change.motivo(), now);
    if (change.status() == ReservaItem.Status.CANCELADA) {
      items.put(
          carona.withStatus(
              CaronaItem.Status.ABERTA,
              carona.vagasDisponiveis() + changed.vagas(),
              carona.motivo(),
              now));
    }
    items.put(changed);
    return new Changed(changed);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
