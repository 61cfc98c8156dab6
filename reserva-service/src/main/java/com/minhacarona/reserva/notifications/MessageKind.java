package com.minhacarona.reserva.notifications;

import com.minhacarona.reserva.events.EventType;
import java.util.Locale;

/** What residents are told, each with a folder of templates. */
enum MessageKind {
  RESERVA_CONFIRMADA_PASSAGEIRO(EventType.RESERVA_CONFIRMADA, Role.PASSAGEIRO),
  RESERVA_CONFIRMADA_MOTORISTA(EventType.RESERVA_CONFIRMADA, Role.MOTORISTA),
  RESERVA_RECUSADA_PASSAGEIRO(EventType.RESERVA_RECUSADA, Role.PASSAGEIRO),
  /** The ride was cancelled. Passengers who cancel are told nothing: they did it themselves. */
  RESERVA_CANCELADA_PASSAGEIRO(EventType.RESERVA_CANCELADA, Role.PASSAGEIRO),
  RESERVA_CANCELADA_MOTORISTA(EventType.RESERVA_CANCELADA, Role.MOTORISTA),
  CARONA_LOTADA_MOTORISTA(EventType.CARONA_LOTADA, Role.MOTORISTA),
  CARONA_EM_ANDAMENTO_PASSAGEIRO(EventType.CARONA_EM_ANDAMENTO, Role.PASSAGEIRO),
  CARONA_CANCELADA_MOTORISTA(EventType.CARONA_CANCELADA, Role.MOTORISTA);

  private final EventType event;
  private final Role role;

  MessageKind(EventType event, Role role) {
    this.event = event;
    this.role = role;
  }

  /** What a resident is on the ride. */
  enum Role {
    PASSAGEIRO,
    MOTORISTA
  }

  Role role() {
    return role;
  }

  /** The name by which residents opt out of messages, such as {@code reserva.confirmada}. */
  String eventName() {
    return event.eventName();
  }

  /** The folder of its templates, such as {@code reserva.confirmada/passageiro}. */
  String folder() {
    return event.eventName() + "/" + role.name().toLowerCase(Locale.ROOT);
  }
}
