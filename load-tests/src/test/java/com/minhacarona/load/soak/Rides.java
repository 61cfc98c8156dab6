package com.minhacarona.load.soak;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.table.LocalDynamoDb;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A few rides that everybody wants, and many others. A ride retires after some calls. */
final class Rides {
  static final List<String> CONDOMINIOS = List.of("cond-a", "cond-b");

  /** So many calls of a ride can be judged, as the search for an order stays short. */
  private static final int CALLS = 80;

  private static final int PLACES = 20;
  private static final int HOT = 3;
  private static final double HOT_SHARE = 0.6;
  private static final int MOST_SEATS = 4;

  /** One ride with its calls so far. */
  record Ride(String id, String condominioId, History history) {}

  private final LocalDynamoDb table;
  private final Random random;
  private final List<Ride> places = new ArrayList<>();
  private final List<Ride> all = new ArrayList<>();
  private final Map<String, Integer> left = new ConcurrentHashMap<>();

  Rides(LocalDynamoDb table, long seed) {
    this.table = table;
    this.random = new Random(seed);
    for (int i = 0; i < PLACES; i++) {
      places.add(offered());
    }
  }

  /** The ride of the next call. */
  synchronized Ride next() {
    int place =
        random.nextDouble() < HOT_SHARE ? random.nextInt(HOT) : HOT + random.nextInt(PLACES - HOT);
    Ride ride = places.get(place);
    if (left.merge(ride.id(), -1, Integer::sum) <= 0) {
      places.set(place, offered());
    }
    return ride;
  }

  synchronized List<Ride> all() {
    return List.copyOf(all);
  }

  /** The rides that are offered now. */
  synchronized List<Ride> present() {
    return List.copyOf(places);
  }

  private Ride offered() {
    int seats = 1 + random.nextInt(MOST_SEATS);
    String condominio = CONDOMINIOS.get(random.nextInt(CONDOMINIOS.size()));
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    CaronaItem carona =
        new CaronaItem(
            UUID.randomUUID().toString(),
            condominio,
            "motorista",
            "Portaria",
            "Centro",
            now.plus(Duration.ofDays(1)),
            seats,
            seats,
            CaronaItem.Status.ABERTA,
            1,
            Optional.empty(),
            "",
            "",
            now,
            now);
    table.put(carona);
    Ride ride = new Ride(carona.id(), condominio, new History(CaronaModel.open(seats)));
    all.add(ride);
    left.put(ride.id(), CALLS);
    return ride;
  }
}
