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
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What is true of the table at every moment, whatever was called, raced or failed:
 *
 * <ul>
 *   <li>the seats left on a ride are those offered less those that its reservations hold, and never
 *       fewer than none;
 *   <li>a ride is {@code LOTADA} exactly when it could be booked but for its seats;
 *   <li>a ride is in the index exactly while it is {@code ABERTA}, at the place of its departure;
 *   <li>a cancelled ride holds no confirmed reservation;
 *   <li>a ride has its condominium's pointer, a pointer and a reservation have their ride;
 *   <li>a request took effect on a reservation once at most.
 * </ul>
 */
public final class Invariants {

  /**
   * Reads the whole table; for tests and small tables.
   *
   * @return one sentence for each violation; empty when all is well
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
    Map<String, Map<String, AttributeValue>> places = new HashMap<>();
    for (Map<String, AttributeValue> item : items) {
      String pk = item.get(PK).s();
      String sk = item.get(SK).s();
      if (sk.equals(Keys.DETALHES)) {
        CaronaItem carona = CaronaItem.from(item);
        caronas.put(carona.id(), carona);
        Map<String, AttributeValue> place = new HashMap<>(item);
        place.keySet().retainAll(OpenCaronaIndex.ATTRIBUTES);
        places.put(carona.id(), place);
      } else if (sk.startsWith(Keys.RESERVA)) {
        ReservaItem reserva = ReservaItem.from(item);
        reservas.computeIfAbsent(reserva.caronaId(), _ -> new ArrayList<>()).add(reserva);
      } else if (pk.startsWith(Keys.CONDOMINIO) && sk.startsWith(Keys.CARONA)) {
        pointers.add(Map.of(PK, item.get(PK), SK, item.get(SK)));
      }
    }

    Violations found = new Violations();
    caronas.forEach((id, carona) ->
        checkCarona(carona, reservas.getOrDefault(id, List.of()), places.get(id), found));
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
      Map<String, AttributeValue> place,
      Violations found) {
    int held =
        reservas.stream().filter(r -> r.status().holdsVagas()).mapToInt(ReservaItem::vagas).sum();
    int left = carona.vagasDisponiveis();
    Status status = carona.status();
    found.unless(
        left == carona.vagasTotal() - held,
        carona.id(),
        "has %d of %d seats left, and %d are held".formatted(left, carona.vagasTotal(), held));
    found.unless(left >= 0, carona.id(), "has %d seats left".formatted(left));
    if (status == Status.ABERTA || status == Status.LOTADA) {
      found.unless(
          (status == Status.LOTADA) == (left == 0),
          carona.id(),
          "is %s with %d seats left".formatted(status, left));
    }
    Map<String, AttributeValue> expected =
        status == Status.ABERTA ? OpenCaronaIndex.keys(carona.id(), carona.partida()) : Map.of();
    found.unless(
        place.equals(expected),
        carona.id(),
        "is %s and in the index at %s, expected %s".formatted(status, place, expected));
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
