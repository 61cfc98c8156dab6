package com.minhacarona.reserva.events;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import java.util.Optional;

/** Tells which event a change is, by the status before and after it. */
final class StatusEvents {

  /**
   * The event of a ride.
   *
   * @param before its status before the change; empty for a new ride
   */
  static Optional<EventType> ofCarona(Optional<CaronaItem.Status> before, CaronaItem.Status after) {
    if (before.isEmpty()) {
      return Optional.of(EventType.CARONA_CRIADA);
    }
    if (before.get() == after) {
      return Optional.empty();
    }
    return switch (after) {
      // No other status leads back to this one.
      case ABERTA ->
          before.get() == CaronaItem.Status.LOTADA
              ? Optional.of(EventType.CARONA_REABERTA)
              : Optional.empty();
      case LOTADA -> Optional.of(EventType.CARONA_LOTADA);
      case EM_ANDAMENTO -> Optional.of(EventType.CARONA_EM_ANDAMENTO);
      case CONCLUIDA -> Optional.of(EventType.CARONA_CONCLUIDA);
      case CANCELADA -> Optional.of(EventType.CARONA_CANCELADA);
    };
  }

  /**
   * The event of a reservation. Booking again what was cancelled is a booking.
   *
   * @param before its status before the change; empty for a new reservation
   */
  static Optional<EventType> ofReserva(
      Optional<ReservaItem.Status> before, ReservaItem.Status after) {
    if (before.isPresent() && before.get() == after) {
      return Optional.empty();
    }
    return Optional.of(
        switch (after) {
          case CONFIRMADA -> EventType.RESERVA_CONFIRMADA;
          case CANCELADA -> EventType.RESERVA_CANCELADA;
          case CONCLUIDA -> EventType.RESERVA_CONCLUIDA;
          case NAO_COMPARECEU -> EventType.RESERVA_NAO_COMPARECEU;
        });
  }

  private StatusEvents() {}
}
