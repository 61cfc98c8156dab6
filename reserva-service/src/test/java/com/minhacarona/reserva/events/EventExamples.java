package com.minhacarona.reserva.events;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.util.Optional;

/** An event of each kind. */
final class EventExamples {
  static final CaronaItem CARONA =
      Examples.carona(
          "8c6f1c9e-0d3b-4a57-9a0e-5b1f6f0f8a11", Instant.parse("2026-12-02T09:30:00Z"));

  static final ReservaItem RESERVA =
      Examples.reserva(CARONA.id(), "ana", "7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11");

  static final RecusaItem RECUSA =
      Examples.recusa(CARONA.id(), "ana", "7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11");

  static DomainEvent of(EventType type) {
    return switch (type) {
      case RESERVA_RECUSADA -> DomainEvents.ofRecusa(RECUSA, Optional.of(CARONA));
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
