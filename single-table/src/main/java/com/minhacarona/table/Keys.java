package com.minhacarona.table;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The primary key of each kind of item. */
public final class Keys {
  static final String DETALHES = "DETALHES";

  /** What the partition keys of rides, and of their reservations, begin with. */
  public static final String CARONA = "CARONA#";

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
  public static Map<String, AttributeValue> pointer(
      String condominioId, Instant partida, String caronaId) {
    return key(CONDOMINIO + condominioId, CARONA + Values.text(partida) + "#" + caronaId);
  }

  /** The partition of a ride: the ride itself, and after it its reservations. */
  public static AttributeValue caronaPartition(String caronaId) {
    return Values.s(CARONA + caronaId);
  }

  /** The partition of a condominium's pointers. */
  public static AttributeValue pointers(String condominioId) {
    return Values.s(CONDOMINIO + condominioId);
  }

  /**
   * A sort key before those of all pointers to rides that depart at this instant or later, and
   * after those of all others.
   */
  public static AttributeValue pointersFrom(Instant partida) {
    return Values.s(CARONA + Values.text(partida));
  }

  /** The sort key that a ride has, and before which its reservations do not begin. */
  public static AttributeValue caronaSortKey() {
    return Values.s(DETALHES);
  }

  /** Whether an item of a ride's partition is the ride itself. */
  public static boolean isCarona(Map<String, AttributeValue> item) {
    return item.get(SK).s().equals(DETALHES);
  }

  /** The ride that an item of a ride's partition, or of the index, belongs to. */
  public static String caronaId(Map<String, AttributeValue> item) {
    return item.get(PK).s().substring(CARONA.length());
  }

  /** The departure of the ride that a pointer leads to. */
  public static Instant partidaOfPointer(Map<String, AttributeValue> pointer) {
    String sk = pointer.get(SK).s();
    return Instant.parse(sk.substring(CARONA.length(), sk.lastIndexOf('#')));
  }

  private static Map<String, AttributeValue> key(String pk, String sk) {
    return Map.of(PK, Values.s(pk), SK, Values.s(sk));
  }

  private Keys() {}
}
