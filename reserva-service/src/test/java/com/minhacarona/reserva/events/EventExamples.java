package com.minhacarona.reserva.events;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.util.Optional;

/** An event of each kind. */
final class EventExamples {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123Z");

  /** A ride of which one seat is booked. */
  static final CaronaItem CARONA =
      Examples.carona("8c6f1c9e-0d3b-4a57-9a0e-5b1f6f0f8a11", Instant.parse("2026-12-02T09:30:00Z"))
          .withStatus(CaronaItem.Status.ABERTA, 3, "", NOW);

  private static final CaronaItem FULL = CARONA.withStatus(CaronaItem.Status.LOTADA, 0, "", NOW);

  static final ReservaItem RESERVA =
      Examples.reserva(CARONA.id(), "ana", "7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11");

  static final RecusaItem RECUSA =
      Examples.recusa(CARONA.id(), "ana", "7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11");

  static DomainEvent of(EventType type) {
    return switch (type) {
      case RESERVA_RECUSADA -> DomainEvents.ofRecusa(RECUSA, Optional.of(FULL));
      case RESERVA_CONFIRMADA, RESERVA_CANCELADA, RESERVA_CONCLUIDA, RESERVA_NAO_COMPARECEU ->
          DomainEvents.ofReserva(type, RESERVA, CARONA);
      case CARONA_CRIADA,
          CARONA_LOTADA,
          CARONA_REABERTA,
          CARONA_EM_ANDAMENTO,
          CARONA_CONCLUIDA,
          CARONA_CANCELADA ->
          DomainEvents.ofCarona(type, CARONA);
    };
  }

  private EventExamples() {}
}
