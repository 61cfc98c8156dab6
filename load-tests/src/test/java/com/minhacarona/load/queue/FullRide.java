package com.minhacarona.load.queue;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.UsuarioItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A ride of which every seat is taken, each by a resident who has one seat. Nobody on it wants to
 * hear of bookings.
 */
record FullRide(CaronaItem carona, List<String> passengers) {
  /** The most that a ride may have. */
  static final int SEATS = 50;

  private static final String[] NOT_WANTED = {"reserva.confirmada", "carona.lotada"};

  static FullRide store(LocalDynamoDb table) {
    CaronaItem open = Residents.carona(SEATS);
    CaronaItem full = open.withStatus(CaronaItem.Status.LOTADA, 0, "", open.criadaEm());
    List<Map<String, AttributeValue>> residents = new ArrayList<>();
    List<Map<String, AttributeValue>> reservas = new ArrayList<>();
    residents.add(Residents.resident(full.motoristaId(), NOT_WANTED).toItem());
    List<String> passengers =
        IntStream.range(0, SEATS).mapToObj(i -> "c%d-%s".formatted(i, full.id())).toList();
    for (String passenger : passengers) {
      UsuarioItem resident = Residents.resident(passenger, NOT_WANTED);
      residents.add(resident.toItem());
      reservas.add(
          new ReservaItem(
                  full.id(),
                  passenger,
                  1,
                  ReservaItem.Status.CONFIRMADA,
                  1,
                  List.of(UUID.randomUUID().toString()),
                  "",
                  full.criadaEm(),
                  full.criadaEm())
              .toItem());
    }
    table.putAll(residents);
    // First, because events of reservations tell of their ride.
    table.put(full);
    table.putAll(reservas);
    return new FullRide(full, passengers);
  }

  /** Whether an address is one of the passengers' or the driver's. */
  boolean concerns(String address) {
    return address.contains(carona.id());
  }
}
