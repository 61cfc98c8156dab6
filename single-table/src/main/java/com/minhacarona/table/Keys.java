package com.minhacarona.table;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The primary key of each kind of item. */
public final class Keys {
  static final String DETALHES = "DETALHES";

  /** The beginning of the partition keys of rides and of their reservations. */
  public static final String CARONA = "CARONA#";

  static final String RESERVA = "RESERVA#";
  static final String CONDOMINIO = "CONDOMINIO#";

  /** How the partition key of residents begins. */
  public static final String USER = "USER#";

  static final String METADATA = "METADATA";
  static final String AVISO = "AVISO#";

  /** How the partition key of notes of refused bookings begins. */
  public static final String RECUSA = "RECUSA#";

  /** The sort key of refusals. It begins like none of the other kinds. */
  private static final String RECUSADA = "RECUSADA";

  /** The key of a ride. */
  public static Map<String, AttributeValue> carona(String caronaId) {
    return key(CARONA + caronaId, DETALHES);
  }

  /** The key of the one reservation that a resident has on a ride, in the ride's partition. */
  public static Map<String, AttributeValue> reserva(String caronaId, String usuarioId) {
    return key(CARONA + caronaId, RESERVA + usuarioId);
  }

  /**
   * The key of the pointer from a condominium to one of its rides. The sort key begins with the
   * departure, so a query of the condominium's partition finds rides in the order of departure.
   */
  public static Map<String, AttributeValue> pointer(
      String condominioId, Instant partida, String caronaId) {
    return key(CONDOMINIO + condominioId, CARONA + Values.text(partida) + "#" + caronaId);
  }

  /** The key of a resident. */
  public static Map<String, AttributeValue> usuario(String usuarioId) {
    return key(USER + usuarioId, METADATA);
  }

  /**
   * The key of the note that a resident is told of an event on a channel. The resident's id does
   * not begin the sort key, so that no id makes it look like the key of another kind of item.
   */
  public static Map<String, AttributeValue> aviso(
      String eventoId, String usuarioId, UsuarioItem.Canal canal) {
    return key(AVISO + eventoId, USER + usuarioId + "#" + canal.name());
  }

  /**
   * The resident's id, from the key of a resident.
   *
   * @throws UnreadableItemException when it is the key of something else
   */
  public static String usuarioId(Map<String, AttributeValue> item) {
    String pk = item.get(PK).s();
    if (!pk.startsWith(USER) || !item.get(SK).s().equals(METADATA)) {
      throw new UnreadableItemException(item, "is no resident");
    }
    return pk.substring(USER.length());
  }

  /**
   * The key of the refusal of one request. It has a partition of its own, so that a ride's
   * partition has nothing but what its readers expect there.
   */
  public static Map<String, AttributeValue> recusa(
      String caronaId, String usuarioId, String requestId) {
    return key(RECUSA + String.join("#", caronaId, usuarioId, requestId), RECUSADA);
  }

  /** The partition key of a ride and its reservations; see {@link CaronaPartition}. */
  static AttributeValue caronaPartition(String caronaId) {
    return Values.s(CARONA + caronaId);
  }

  /** The partition key of a condominium's pointers. */
  public static AttributeValue pointerPartition(String condominioId) {
    return Values.s(CONDOMINIO + condominioId);
  }

  /**
   * A bound between the sort keys of pointers: those of rides that depart earlier are before it,
   * those of rides that depart at this instant or later are after it.
   */
  public static AttributeValue pointersFrom(Instant partida) {
    return Values.s(CARONA + Values.text(partida));
  }

  /** The sort key of a ride; those of its reservations come after it. */
  public static AttributeValue caronaSortKey() {
    return Values.s(DETALHES);
  }

  /** Whether an item from elsewhere has a key, without which it is of no kind. */
  public static boolean areIn(Map<String, AttributeValue> item) {
    return Stream.of(PK, SK)
        .map(item::get)
        .allMatch(key -> key != null && key.type() == AttributeValue.Type.S);
  }

  /** Whether an item is a ride, and not of another kind. */
  public static boolean isCarona(Map<String, AttributeValue> item) {
    return item.get(SK).s().equals(DETALHES);
  }

  /** Whether an item is a reservation. */
  public static boolean isReserva(Map<String, AttributeValue> item) {
    return item.get(SK).s().startsWith(RESERVA);
  }

  /** Whether an item is the refusal of a request. */
  public static boolean isRecusa(Map<String, AttributeValue> item) {
    return item.get(SK).s().equals(RECUSADA);
  }

  /**
   * The ride's id, from the key of a ride or a reservation, or from an item of the index.
   *
   * @throws UnreadableItemException when it is the key of something else
   */
  public static String caronaId(Map<String, AttributeValue> item) {
    String pk = item.get(PK).s();
    if (!pk.startsWith(CARONA)) {
      throw new UnreadableItemException(item, "is no ride and no reservation");
    }
    return pk.substring(CARONA.length());
  }

  /**
   * The departure of a pointer's ride, from the pointer's key.
   *
   * @throws UnreadableItemException when it is not the key of a pointer
   */
  public static Instant partidaOfPointer(Map<String, AttributeValue> pointer) {
    return Values.text(
        pointer, SK, sk -> Values.instantOfKey(sk.substring(CARONA.length(), sk.lastIndexOf('#'))));
  }

  /** The id of a pointer's ride, from the pointer's key; after {@link #partidaOfPointer}. */
  public static String caronaIdOfPointer(Map<String, AttributeValue> pointer) {
    String sk = pointer.get(SK).s();
    return sk.substring(sk.lastIndexOf('#') + 1);
  }

  private static Map<String, AttributeValue> key(String pk, String sk) {
    return Map.of(PK, Values.s(pk), SK, Values.s(sk));
  }

  private Keys() {}
}
