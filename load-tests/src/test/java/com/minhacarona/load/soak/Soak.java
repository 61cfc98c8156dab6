package com.minhacarona.load.soak;

import static org.awaitility.Awaitility.await;

import com.google.common.base.Throwables;
import com.minhacarona.load.queue.Queues;
import com.minhacarona.load.soak.Rides.Ride;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.table.CaronaPartition;
import com.minhacarona.table.Keys;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.ReservaItem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.core.ConditionTimeoutException;

/** The whole of one run: load, faults, and what is said of it in the end. */
public final class Soak {
  private static final int CALLERS = 8;
  private static final int WATCHES_OF_EACH = 2;

  /** Longer than any lost request is held up, and any call goes on without its caller. */
  private static final Duration AFTERMATH = Duration.ofSeconds(12);

  /** Longer than what a dead process had in hand is hidden from the others. */
  private static final Duration UNTIL_DRAINED = Duration.ofMinutes(2);

  /** Longer than the table's stream needs to tell of a change. */
  private static final Duration LAG_OF_CHANGES = Duration.ofSeconds(3);

  private static final int COPIES_OF_CHANGES = 2;

  private static final Path PAGE = Path.of("target", "soak", "worst-ride.html");

  private final LocalDynamoDb table = LocalDynamoDb.start();
  private final Queues queues = new Queues(table, COPIES_OF_CHANGES);
  private final QueuedBookings queued = new QueuedBookings(queues);
  private final RideStates states = new RideStates();
  private final Events events = new Events();
  private final Queue<String> ofTheRun = new ConcurrentLinkedQueue<>();
  private final FaultPlan plan;
  private final Random seeds;

  private Soak(long seed) {
    seeds = new Random(seed);
    plan = new FaultPlan(seeds.nextLong());
  }

  /**
   * Runs it.
   *
   * @return the promises that were broken, a sentence each
   */
  public static List<String> run(Duration time, long seed) throws InterruptedException {
    return new Soak(seed).run(time);
  }

  private List<String> run(Duration time) throws InterruptedException {
    try (DynamoDbProxy wire = new DynamoDbProxy(table.endpoint());
        Queues _ = queues;
        TableChanges _ =
            new TableChanges(table, List.of(states::note, events::note, queued::note));
        Tasks tasks = new Tasks(wire.endpoint(), table, queues, seeds.nextLong())) {
      Rides rides = new Rides(table, seeds.nextLong());
      Callers callers = new Callers(tasks, rides, queued);
      Watches watches = new Watches(tasks);
      wire.plan(plan);
      List<Thread> load = start(callers, watches);
      Thread disturbance = started(tasks::disturb);
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        Thread.sleep(Duration.ofSeconds(1));
        // They remember all that they carried.
        wire.forget();
        tasks.forget();
      }
      tasks.end();
      disturbance.join();
      callers.end();
      watches.end();
      for (Thread thread : load) {
        thread.join();
      }
      plan.end();
      Thread.sleep(AFTERMATH);
      awaitDrained();
      return verdict(tasks, rides, callers, watches);
    }
  }

  /** A thread that ends by an error would leave the run without load or faults. */
  private Thread started(Runnable work) {
    return Thread.ofVirtual()
        .uncaughtExceptionHandler((_, error) ->
            ofTheRun.add("the run itself: " + Throwables.getStackTraceAsString(error)))
        .start(work);
  }

  private List<Thread> start(Callers callers, Watches watches) {
    List<Thread> load = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      long seed = seeds.nextLong();
      load.add(started(() -> callers.call(seed)));
    }
    for (String condominio : Rides.CONDOMINIOS) {
      for (int i = 0; i < WATCHES_OF_EACH; i++) {
        long seed = seeds.nextLong();
        load.add(started(() -> watches.follow(condominio, seed)));
      }
    }
    return load;
  }

  private void awaitDrained() {
    try {
      await()
          .during(LAG_OF_CHANGES)
          .atMost(UNTIL_DRAINED)
          .until(() ->
              queues.messages() == 0
                  && queued.allKnown()
                  && events.complaints(queues.topic().published()).isEmpty());
    } catch (ConditionTimeoutException _) {
      // The verdict complains of what is still there, or missing.
    }
  }

  private List<String> ofQueues() {
    List<String> broken = new ArrayList<>(queued.conclude());
    broken.addAll(queues.topic().complaints());
    broken.addAll(events.complaints(queues.topic().published()));
    for (String queue : List.of(queues.reservations(), queues.changes(), queues.notifications())) {
      if (queues.messages(queue) > 0) {
        broken.add("%s still has %s messages".formatted(queue, queues.messages(queue)));
      }
      queues
          .deadLetters(queue)
          .forEach(letter -> broken.add("%s has a dead letter: %s".formatted(queue, letter)));
    }
    return broken;
  }

  private List<String> verdict(Tasks tasks, Rides rides, Callers callers, Watches watches) {
    List<String> broken = new ArrayList<>(table.violations());
    broken.addAll(ofTheRun);
    broken.addAll(tasks.complaints());
    broken.addAll(ofQueues());
    Map<String, CaronaItem> caronas = new HashMap<>();
    Ride worst = rides.all().getFirst();
    String worstOf = "all is well";
    for (Ride ride : rides.all()) {
      caronas.put(ride.id(), table.carona(ride.id()));
      Optional<String> violation = violation(ride, caronas.get(ride.id()));
      if (violation.isPresent()) {
        broken.add("no order explains ride %s:%n%s".formatted(ride.id(), violation.get()));
        worst = ride;
        worstOf = violation.get();
      }
    }
    if (broken.isEmpty()) {
      worst =
          rides.all().stream()
              .max(Comparator.comparingInt(r -> r.history().entries().size()))
              .orElseThrow();
    }
    watches.awaitLast(rides.present(), caronas);
    watches.compare(states.seen());
    broken.addAll(watches.complaints());
    RidePage.write(worst, worstOf, PAGE);
    tell(tasks, rides, callers, watches);
    return broken;
  }

  private Optional<String> violation(Ride ride, CaronaItem carona) {
    try {
      return ride.history().violation(stored(carona));
    } catch (IllegalStateException e) {
      return Optional.of("it was not judged: " + e.getMessage());
    }
  }

  private CaronaModel stored(CaronaItem carona) {
    List<ReservaItem> reservas =
        table
            .client()
            .queryPaginator(
                CaronaPartition.query(carona.id(), Optional.empty())
                    .tableName(table.tableName())
                    .consistentRead(true)
                    .build())
            .items()
            .stream()
            .filter(item -> !Keys.isCarona(item))
            .map(ReservaItem::from)
            .toList();
    return CaronaModel.of(carona, reservas);
  }

  private void tell(Tasks tasks, Rides rides, Callers callers, Watches watches) {
    List<Long> latencies = callers.latencies();
    System.out.println("| what | measured |\n|---|---|");
    row("calls, on %s rides".formatted(rides.all().size()), latencies.size());
    row("calls that were repeated with their request_id", callers.repeats());
    row("bookings by the queue", queued.size());
    row("changes that are events", events.expected());
    row("requests to the table", plan.attempts());
    row("faults of the wire", plan.counts());
    row("faults of processes, queues and topic", tasks.faults());
    row("seconds by which the clocks of the processes are fast", tasks.clocks());
    row("answers", History.answers(rides.all().stream().map(Ride::history).toList()));
    row("streams, states sent", watches.streams() + ", " + watches.states());
    row(
        "median, p99, longest call",
        "%s, %s, %s ms"
            .formatted(percentile(latencies, 50), percentile(latencies, 99), latencies.getLast()));
    row("the ride with most to tell", PAGE);
  }

  private static long percentile(List<Long> sorted, int percent) {
    return sorted.get((int) ((long) (sorted.size() - 1) * percent / 100));
  }

  private static void row(String what, Object measured) {
    System.out.println("| %s | %s |".formatted(what, measured));
  }
}
