package com.minhacarona.reserva.events;

import java.util.Map;

/** What subscribers of the topic filter events by. */
final class EventAttributes {
  /** The type of these attributes, in SNS and in SQS. */
  static final String TEXT = "String";

  private static final String EVENTO = "evento";
  private static final String CONDOMINIO_ID = "condominio_id";

  static Map<String, String> of(DomainEvent event) {
    return Map.of(EVENTO, event.type().eventName(), CONDOMINIO_ID, event.condominioId());
  }

  private EventAttributes() {}
}
