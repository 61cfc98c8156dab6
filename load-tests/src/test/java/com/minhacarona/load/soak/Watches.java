package com.minhacarona.load.soak;

import static org.awaitility.Awaitility.await;

import com.minhacarona.carona.Watcher;
import com.minhacarona.load.soak.Rides.Ride;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateResponse;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Clients who follow a condominium, lose their streams and come back with what they know. Each
 * state that they are sent is held against the states that the table had.
 */
final class Watches {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SHORTEST_WATCH_MS = 2_000;
  private static final int LONGEST_WATCH_MS = 12_000;
  private static final String STATUS_CARONA = "STATUS_CARONA_";

  private final Tasks tasks;
  private final List<String> complaints = new ArrayList<>();
  private final List<Carona> states = new ArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile boolean over;

  Watches(Tasks tasks) {
    this.tasks = tasks;
  }

  void end() {
    over = true;
  }

  int streams() {
    return streams.get();
  }

  synchronized int states() {
    return states.size();
  }

  synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Follows a condominium on one task after the other until the end. */
  void follow(String condominio, long seed) {
    Random random = new Random(seed);
    Map<String, Long> known = new HashMap<>();
    try {
      while (!over) {
        Watcher watcher = open(random.nextInt(2), condominio, known);
        int watched = SHORTEST_WATCH_MS + random.nextInt(LONGEST_WATCH_MS - SHORTEST_WATCH_MS);
        if (!watcher.awaitEnd(Duration.ofMillis(watched))) {
          close(watcher);
          // What was sent before is still judged.
          var _ = watcher.awaitEnd(PATIENCE);
        }
        judge(watcher, condominio, known);
        known.putAll(watcher.known());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Watcher open(int task, String condominio, Map<String, Long> known) {
    ManagedChannel channel = tasks.carona(task);
    Watcher watcher = Watcher.open(CaronaServiceGrpc.newStub(channel));
    streams.incrementAndGet();
    try {
      return watcher.follow(
          "follow",
          Assinar.newBuilder().setCondominioId(condominio).putAllVersoesConhecidas(known));
    } catch (IllegalStateException _) {
      return watcher; // The task was gone already.
    }
  }

  private static void close(Watcher watcher) {
    try {
      watcher.requests.cancel("seen enough", null);
    } catch (IllegalStateException _) {
      // It was never open.
    }
  }

  private synchronized void judge(Watcher watcher, String condominio, Map<String, Long> known) {
    Map<String, Long> last = new HashMap<>(known);
    for (CaronaUpdateResponse response : watcher.received) {
      if (!response.hasAtualizacao()) {
        continue;
      }
      Carona carona = response.getAtualizacao().getCarona();
      states.add(carona);
      if (!carona.getCondominioId().equals(condominio)) {
        complaints.add("%s was told of %s".formatted(condominio, carona));
      }
      Long before = last.put(carona.getId(), carona.getVersao());
      if (before != null && before >= carona.getVersao()) {
        complaints.add(
            "%s was told version %s of %s after %s"
                .formatted(condominio, carona.getVersao(), carona.getId(), before));
      }
    }
  }

  /** Follows these rides when all faults are over, until each has its last version. */
  void awaitLast(List<Ride> rides, Map<String, CaronaItem> stored) {
    for (int task = 0; task < 2; task++) {
      for (String condominio : Rides.CONDOMINIOS) {
        List<String> ids =
            rides.stream().filter(r -> r.condominioId().equals(condominio)).map(Ride::id).toList();
        Watcher watcher = Watcher.open(CaronaServiceGrpc.newStub(tasks.carona(task)));
        var _ = watcher.follow("last", Assinar.newBuilder().addAllCaronaIds(ids));
        boolean told = within(PATIENCE, () -> hasLast(watcher, ids, stored));
        close(watcher);
        judge(watcher, condominio, Map.of());
        if (!told) {
          synchronized (this) {
            complaints.add(
                "%s of task %s was not told the last states".formatted(condominio, task));
          }
        }
      }
    }
  }

  private static boolean hasLast(
      Watcher watcher, List<String> ids, Map<String, CaronaItem> stored) {
    Map<String, Long> known = watcher.known();
    return ids.stream().allMatch(id -> known.getOrDefault(id, 0L) == stored.get(id).versao());
  }

  /**
   * Holds the states that were sent against those that were.
   *
   * @param recorded ride and version, and what a read would have seen of it
   */
  synchronized void compare(Map<String, String> recorded) {
    // The table's stream may be behind what the services have sent.
    var _ =
        within(PATIENCE, () -> states.stream().map(Watches::key).allMatch(recorded::containsKey));
    for (Carona sent : states) {
      String seen =
          CaronaModel.seen(
              sent.getStatus().name().substring(STATUS_CARONA.length()),
              sent.getVagasDisponiveis(),
              sent.getVersao());
      String was = recorded.get(key(sent));
      if (!seen.equals(was)) {
        complaints.add("%s was sent as %s and was %s".formatted(sent.getId(), seen, was));
      }
    }
  }

  private static boolean within(Duration patience, Callable<Boolean> condition) {
    try {
      await().atMost(patience).until(condition);
      return true;
    } catch (ConditionTimeoutException _) {
      return false;
    }
  }

  private static String key(Carona carona) {
    return carona.getId() + " " + carona.getVersao();
  }
}
