package com.minhacarona.table;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import com.minhacarona.table.CaronaItem.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Checks the sentences that hold for the table at every moment, whatever calls were made, raced or
 * failed:
 *
 * <ul>
 *   <li>The seats left on a ride are the seats offered minus the seats that its reservations hold,
 *       and are never negative.
 *   <li>A ride that waits for its departure is {@code LOTADA} when no seat is left, and {@code
 *       ABERTA} otherwise.
 *   <li>A ride is in the index exactly while it is {@code ABERTA}, with the keys of its departure
 *       and in a shard that there is.
 *   <li>A cancelled ride has no confirmed reservation.
 *   <li>Each ride has its condominium's pointer; each pointer and each reservation has its ride.
 *   <li>A request took effect on a reservation at most once.
 * </ul>
 *
 * <p>Residents and notes of what they were told are not looked at: nothing binds them to a ride.
 */
public final class Invariants {

  /**
   * Reads the whole table, and is for tests and small tables only.
   *
   * @return one sentence for each violation; empty when there is none
   */
  public static List<String> violations(DynamoDbClient dynamoDb, String tableName) {
    return violations(
        dynamoDb.scanPaginator(r -> r.tableName(tableName).consistentRead(true)).items().stream()
            .toList());
  }

  static List<String> violations(Iterable<Map<String, AttributeValue>> items) {
    Map<String, CaronaItem> caronas = new TreeMap<>();
    Map<String, List<ReservaItem>> reservas = new TreeMap<>();
    Set<Map<String, AttributeValue>> pointers = new HashSet<>();
    Map<String, Map<String, AttributeValue>> indexKeys = new HashMap<>();
    for (Map<String, AttributeValue> item : items) {
      String pk = item.get(PK).s();
      String sk = item.get(SK).s();
      if (pk.startsWith(Keys.CARONA) && sk.equals(Keys.DETALHES)) {
        CaronaItem carona = CaronaItem.from(item);
        caronas.put(carona.id(), carona);
        Map<String, AttributeValue> keys = new HashMap<>(item);
        keys.keySet()
            .retainAll(
                carona.status() == Status.ABERTA
                    ? OpenCaronaIndex.ATTRIBUTES
                    : OpenCaronaIndex.WHILE_OPEN);
        indexKeys.put(carona.id(), keys);
      } else if (pk.startsWith(Keys.CARONA) && sk.startsWith(Keys.RESERVA)) {
        ReservaItem reserva = ReservaItem.from(item);
        reservas.computeIfAbsent(reserva.caronaId(), _ -> new ArrayList<>()).add(reserva);
      } else if (pk.startsWith(Keys.CONDOMINIO) && sk.startsWith(Keys.CARONA)) {
        pointers.add(Map.of(PK, item.get(PK), SK, item.get(SK)));
      }
    }

    Violations found = new Violations();
    caronas.forEach((id, carona) ->
        checkCarona(carona, reservas.getOrDefault(id, List.of()), indexKeys.get(id), found));
    reservas.forEach((id, ofCarona) ->
        found.unless(caronas.containsKey(id), id, "has reservations and no ride"));
    caronas
        .values()
        .forEach(r ->
            found.unless(
                pointers.remove(Keys.pointer(r.condominioId(), r.partida(), r.id())),
                r.id(),
                "has no pointer"));
    pointers.forEach(pointer -> found.unless(false, pointer.get(SK).s(), "points to no ride"));
    return List.copyOf(found.sentences);
  }

  private static void checkCarona(
      CaronaItem carona,
      List<ReservaItem> reservas,
      Map<String, AttributeValue> indexKeys,
      Violations found) {
    int held =
        reservas.stream().filter(r -> r.status().holdsVagas()).mapToInt(ReservaItem::vagas).sum();
    int left = carona.vagasDisponiveis();
    Status status = carona.status();
    found.unless(
        left == carona.vagasTotal() - held,
        carona.id(),
        "has %s of %s seats left, and %s are held".formatted(left, carona.vagasTotal(), held));
    found.unless(left >= 0, carona.id(), "has %s seats left".formatted(left));
    if (status == Status.ABERTA || status == Status.LOTADA) {
      found.unless(
          (status == Status.LOTADA) == (left == 0),
          carona.id(),
          "is %s with %s seats left".formatted(status, left));
    }
    Map<String, AttributeValue> expected =
        status == Status.ABERTA
            ? OpenCaronaIndex.keys(shard(indexKeys), carona.partida())
            : Map.of();
    found.unless(
        indexKeys.equals(expected),
        carona.id(),
        "is %s with the index keys %s, expected %s".formatted(status, indexKeys, expected));
    found.unless(
        status != Status.CANCELADA
            || reservas.stream().noneMatch(r -> r.status() == ReservaItem.Status.CONFIRMADA),
        carona.id(),
        "is cancelled and has a confirmed reservation");
    for (ReservaItem reserva : reservas) {
      found.unless(
          reserva.requestIds().size() == Set.copyOf(reserva.requestIds()).size(),
          carona.id(),
          "has a request that took effect twice: " + reserva);
    }
  }

  /** The shard that a ride is in; the first one when it is in none that there is. */
  private static int shard(Map<String, AttributeValue> indexKeys) {
    return IntStream.range(OpenCaronaIndex.FIRST_SHARD, OpenCaronaIndex.MAX_SHARDS)
        .filter(shard -> Values.n(shard).equals(indexKeys.get(Attributes.GSI1SHARD)))
        .findFirst()
        .orElse(OpenCaronaIndex.FIRST_SHARD);
  }

  private static final class Violations {
    private final List<String> sentences = new ArrayList<>();

    void unless(boolean holds, String subject, String complaint) {
      if (!holds) {
        sentences.add(subject + " " + complaint);
      }
    }
  }

  private Invariants() {}
}
