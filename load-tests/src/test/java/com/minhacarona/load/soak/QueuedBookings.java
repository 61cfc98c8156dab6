package com.minhacarona.load.soak;

import com.minhacarona.load.queue.Queues;
import com.minhacarona.load.soak.Rides.Ride;
import com.minhacarona.runtime.dynamodb.TableChange;
import com.minhacarona.table.Keys;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Reservations that are asked for by the queue. Nobody is answered, so the table tells what became
 * of each: it is booked or refused, once the queue is empty.
 */
final class QueuedBookings {
  private final Queues queues;
  private final List<Asked> asked = new ArrayList<>();
  private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
  private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();

  private record Asked(Ride ride, String usuario, int vagas, String request, long begun) {
    String what() {
      return "%s books %s as %s by the queue".formatted(usuario, vagas, request);
    }
  }

  /** What a caller would have been told, and when it was known. */
  private record Outcome(String answer, long known) {}

  QueuedBookings(Queues queues) {
    this.queues = queues;
  }

  /** Asks for a reservation. */
  void ask(Ride ride, String usuario, int vagas) {
    String request = UUID.randomUUID().toString();
    long begun = System.nanoTime();
    synchronized (asked) {
      asked.add(new Asked(ride, usuario, vagas, request, begun));
    }
    queues.send(
        ProcessarReservaRequest.newBuilder()
            .setRequestId(request)
            .setCaronaId(ride.id())
            .setCondominioId(ride.condominioId())
            .setUsuarioId(usuario)
            .setVagas(vagas)
            .build());
  }

  /** Notes what became of a request, if a change tells that. */
  void note(TableChange change) {
    change
        .newImage()
        .ifPresent(item -> {
          if (Keys.isRecusa(item)) {
            RecusaItem recusa = RecusaItem.from(item);
            know(recusa.requestId(), recusa.reason());
          } else if (Keys.isReserva(item)) {
            ReservaItem.from(item).requestIds().forEach(request -> know(request, "OK"));
          }
        });
  }

  private void know(String request, String answer) {
    Outcome before = outcomes.putIfAbsent(request, new Outcome(answer, System.nanoTime()));
    if (before != null && !before.answer().equals(answer)) {
      contradictions.add("%s was %s and then %s".formatted(request, before.answer(), answer));
    }
  }

  /** Whether something became of each. */
  boolean allKnown() {
    synchronized (asked) {
      return asked.stream().allMatch(one -> outcomes.containsKey(one.request()));
    }
  }

  int size() {
    synchronized (asked) {
      return asked.size();
    }
  }

  /**
   * Adds all of them to the histories of their rides.
   *
   * @return those that were lost, or were both booked and refused
   */
  List<String> conclude() {
    List<String> complaints = new ArrayList<>(contradictions);
    synchronized (asked) {
      for (Asked one : asked) {
        Outcome outcome = outcomes.get(one.request());
        if (outcome == null) {
          complaints.add(
              "nothing became of it: %s, ride %s".formatted(one.what(), one.ride().id()));
        } else {
          one.ride()
              .history()
              .add(
                  new History.Entry(
                      one.what(),
                      true,
                      one.request(),
                      model -> model.book(one.usuario(), one.vagas(), one.request()),
                      outcome.answer(),
                      one.begun(),
                      outcome.known()));
        }
      }
    }
    return complaints;
  }
}
