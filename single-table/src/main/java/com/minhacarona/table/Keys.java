package com.minhacarona.table;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The primary key of each kind of item. */
public final class Keys {
  static final String DETALHES = "DETALHES";
  static final String CARONA = "CARONA#";
  static final String RESERVA = "RESERVA#";
  static final String CONDOMINIO = "CONDOMINIO#";

  /** A ride. */
  public static Map<String, AttributeValue> carona(String caronaId) {
    return key(CARONA + caronaId, DETALHES);
  }

  /** The one reservation that a resident has on a ride; it lives in the ride's partition. */
  public static Map<String, AttributeValue> reserva(String caronaId, String usuarioId) {
    return key(CARONA + caronaId, RESERVA + usuarioId);
  }

  /**
   * The pointer from a condominium to one of its rides. Its sort key begins with the departure, so
   * a query of the condominium's partition yields rides in the order in which they leave.
   */
  public static Map<String, AttributeValue> ponteiro(
      String condominioId, Instant partida, String caronaId) {
    return key(CONDOMINIO + condominioId, CARONA + Values.text(partida) + "#" + caronaId);
  }

  private static Map<String, AttributeValue> key(String pk, String sk) {
    return Map.of(PK, Values.s(pk), SK, Values.s(sk));
  }

  private Keys() {}
}
