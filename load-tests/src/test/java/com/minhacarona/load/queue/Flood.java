package com.minhacarona.load.queue;

import static com.minhacarona.load.queue.Residents.driver;
import static com.minhacarona.load.queue.Residents.request;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Messages of all kinds for the queue of reservations, each of them one to three times, in no
 * order. Of twelve messages, one is invalid, one asks for a ride that does not exist, one is the
 * driver's, two are of one resident, and so many ask for seats of one ride that it becomes full.
 */
final class Flood {
  private static final int KINDS = 12;
  private static final int SEATS = 6;
  private static final int MOST_COPIES = 3;

  private final List<CaronaItem> caronas = new ArrayList<>();
  private final List<UsuarioItem> residents = new ArrayList<>();
  private final List<ProcessarReservaRequest> requests = new ArrayList<>();
  private final List<String> invalid = new ArrayList<>();
  private final List<String> deliveries = new ArrayList<>();

  /** As many messages, without their repeats. */
  Flood(int messages, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < messages; i++) {
      deliver(message(i), 1 + random.nextInt(MOST_COPIES));
    }
    Collections.shuffle(deliveries, random);
  }

  private String message(int i) {
    int kind = i % KINDS;
    if (kind == 0) {
      caronas.add(Residents.carona(SEATS));
    }
    String carona = caronas.getLast().id();
    ProcessarReservaRequest request =
        switch (kind) {
          case 0 -> null;
          case 1 -> request(UUID.randomUUID().toString(), resident(i));
          case 2 -> request(carona, driver(carona));
          case 4 -> request(carona, id(i - 1));
          default -> request(carona, resident(i));
        };
    if (request == null) {
      invalid.add(invalid(i, request(carona, id(i))));
      return invalid.getLast();
    }
    requests.add(request);
    return Queues.json(request);
  }

  private static String invalid(int i, ProcessarReservaRequest valid) {
    return switch (i / KINDS % 6) {
      case 0 -> "no JSON, " + i;
      case 1 -> "{\"nothing\": %d}".formatted(i);
      case 2 -> Queues.json(valid.toBuilder().setRequestId("no UUID").build());
      case 3 -> Queues.json(valid.toBuilder().setCaronaId("no id/").build());
      case 4 -> Queues.json(valid.toBuilder().setVagas(99).build());
      default -> Queues.json(valid.toBuilder().clearUsuarioId().build());
    };
  }

  private String resident(int i) {
    residents.add(Residents.resident(id(i)));
    return residents.getLast().id();
  }

  private static String id(int i) {
    return "p" + i;
  }

  private void deliver(String body, int copies) {
    deliveries.addAll(Collections.nCopies(copies, body));
  }

  void store(LocalDynamoDb table) {
    Residents.store(table, caronas, residents);
  }

  List<CaronaItem> caronas() {
    return caronas;
  }

  /** The messages that are requests, each once. */
  List<ProcessarReservaRequest> requests() {
    return requests;
  }

  /** The messages that are none, each once. */
  List<String> invalid() {
    return invalid;
  }

  /** What to put into the queue. */
  List<String> deliveries() {
    return deliveries;
  }
}
