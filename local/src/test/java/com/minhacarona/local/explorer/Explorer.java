package com.minhacarona.local.explorer;

import com.minhacarona.runtime.testing.Linearizability;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.table.CaronaPartition;
import com.minhacarona.table.DynamoDbInMemory;
import com.minhacarona.table.Invariants;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReservaItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/**
 * Tries all schedules of a few calls: each order of their requests to the store, each fault that
 * may befall one of them, and each moment at which a lost one may arrive after all. The services
 * are the real ones, and so are the conditions. What it finds can be repeated, because nothing is
 * left to chance.
 */
final class Explorer {
  private static final DynamoDbInMemory TABLE = new DynamoDbInMemory();
  private static final int LANES = 3;
  private static final AtomicLong CARONAS = new AtomicLong();
  private static final List<Lane> ALL_LANES =
      IntStream.range(0, LANES).mapToObj(i -> new Lane("client " + (i + 1))).toList();
  private static final List<Tasks> ALL_TASKS =
      ALL_LANES.stream().map(lane -> new Tasks(new SteppedStore(TABLE.client(), lane))).toList();

  /** Answers that claim that nothing was changed, by a fault that passes. */
  private static final Set<String> NOTHING = Set.of("CONFLITO", "SOBRECARGA", "INDISPONIVEL");

  /** Answers that claim nothing. */
  private static final Set<String> UNKNOWN =
      Set.of("RESULTADO_DESCONHECIDO", "PRAZO_ESGOTADO", "ERRO_INTERNO");

  /** Answers after which the call must have changed something, or found it changed. */
  private static final Set<String> DONE = Set.of("OK", "REPETIDA");

  /**
   * What is tried.
   *
   * @param before the ride at the beginning
   * @param clients the calls of each client, one after the other
   * @param faults the most faults of a schedule
   */
  record Scenario(CaronaModel before, List<List<Call>> clients, int faults) {}

  /**
   * What came of it.
   *
   * @param found the schedule that shows a violation, and what is violated
   */
  record Result(int schedules, Optional<String> found) {}

  private record Ended(String call, Call what, String answer, long begun, long at) {}

  private final Scenario scenario;
  private final UnaryOperator<TransactWriteItemsRequest> defect;
  private final Choices choices = new Choices();

  private Explorer(Scenario scenario, UnaryOperator<TransactWriteItemsRequest> defect) {
    this.scenario = scenario;
    this.defect = defect;
  }

  static Result explore(Scenario scenario) {
    return explore(scenario, UnaryOperator.identity());
  }

  /** The same with a defect that every transaction has. */
  static Result explore(Scenario scenario, UnaryOperator<TransactWriteItemsRequest> defect) {
    return new Explorer(scenario, defect).all();
  }

  private Result all() {
    int schedules = 0;
    do {
      schedules++;
      List<String> complaints = one();
      if (!complaints.isEmpty()) {
        return new Result(
            schedules,
            Optional.of(
                "%s\nschedule %s:\n  %s\n%s"
                    .formatted(
                        scenario,
                        schedules,
                        String.join("\n  ", choices.said()),
                        String.join("\n", complaints))));
      }
    } while (choices.next());
    return new Result(schedules, Optional.empty());
  }

  /** Tries one schedule, and returns what is wrong after it. */
  private List<String> one() {
    TABLE.clear();
    String caronaId = new UUID(0, CARONAS.incrementAndGet()).toString();
    put(caronaId);
    Schedule schedule = new Schedule(choices, scenario.faults(), defect);
    ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
    List<Lane> lanes = ALL_LANES.subList(0, scenario.clients().size());
    for (int i = 0; i < lanes.size(); i++) {
      lanes.get(i).begin(schedule);
      int client = i;
      Thread.ofVirtual().start(() -> calls(client, caronaId, schedule, ended));
    }
    while (step(lanes, schedule)) {
      var _ = schedule.tick();
    }
    return complaints(caronaId, schedule, List.copyOf(ended));
  }

  private void calls(
      int client, String caronaId, Schedule schedule, ConcurrentLinkedQueue<Ended> ended) {
    Lane lane = ALL_LANES.get(client);
    List<Call> calls = scenario.clients().get(client);
    for (int i = 0; i < calls.size(); i++) {
      String name = "%s, call %s".formatted(lane.name, i + 1);
      lane.beforeCall(name);
      long begun = schedule.tick();
      String answer = ALL_TASKS.get(client).answer(caronaId, calls.get(i));
      choices.say("%s: %s -> %s".formatted(name, calls.get(i), answer));
      ended.add(new Ended(name, calls.get(i), answer, begun, schedule.tick()));
      lane.afterCall(i + 1 == calls.size());
    }
  }

  /** Lets somebody go on; false when all is over. A lost transaction may also never arrive. */
  private boolean step(List<Lane> lanes, Schedule schedule) {
    List<Runnable> steps = new ArrayList<>();
    lanes.stream().filter(lane -> !lane.done()).forEach(lane -> steps.add(lane::step));
    boolean over = steps.isEmpty();
    for (Schedule.Late late : List.copyOf(schedule.late())) {
      steps.add(() -> {
        schedule.late().remove(late);
        choices.say("what %s had lost arrives".formatted(late.call()));
        late.arrive().run();
      });
    }
    if (over) {
      steps.addFirst(schedule.late()::clear);
    }
    if (over && steps.size() == 1) {
      return false;
    }
    choices.of(steps).run();
    return true;
  }

  private List<String> complaints(String caronaId, Schedule schedule, List<Ended> ended) {
    List<String> wrong =
        new ArrayList<>(Invariants.violations(TABLE.client(), DynamoDbInMemory.TABLE));
    Map<String, Integer> effectsOf = new HashMap<>();
    List<Linearizability.Call<CaronaModel>> history = new ArrayList<>();
    for (Ended one : ended) {
      int effects = schedule.effects().getOrDefault(one.call(), Set.of()).size();
      if (one.what() instanceof Call.Book book) {
        effectsOf.merge(book.request(), effects, Integer::sum);
      }
      boolean unknown = UNKNOWN.contains(one.answer());
      boolean nothing = NOTHING.contains(one.answer());
      if (effects > 0 && !unknown && !DONE.contains(one.answer())) {
        wrong.add("%s was told %s, and took effect".formatted(one.call(), one.answer()));
      }
      if (!nothing) {
        history.add(
            new Linearizability.Call<>(
                one.call() + " " + one.what() + " -> " + one.answer(),
                one.begun(),
                unknown ? Linearizability.Call.NEVER : one.at(),
                model -> effect(one, model, unknown)));
      }
    }
    effectsOf.forEach((request, effects) -> {
      if (effects > 1) {
        wrong.add("%s took effect %s times".formatted(request, effects));
      }
    });
    CaronaModel stored = stored(caronaId);
    long last = schedule.tick();
    history.add(
        new Linearizability.Call<>(
            "the table is " + stored,
            last,
            last,
            model -> model.equals(stored) ? Optional.of(model) : Optional.empty()));
    Linearizability.violation(scenario.before(), history)
        .ifPresent(how -> wrong.add("no order explains it: " + how));
    return wrong;
  }

  private static Optional<CaronaModel> effect(Ended one, CaronaModel model, boolean unknown) {
    CaronaModel.Told told = one.what().on(model);
    return unknown || told.answer().equals(one.answer())
        ? Optional.of(told.model())
        : Optional.empty();
  }

  private void put(String caronaId) {
    CaronaModel before = scenario.before();
    CaronaItem carona =
        new CaronaItem(
            caronaId,
            Tasks.CONDOMINIO,
            "motorista",
            "Portaria",
            "Centro",
            Tasks.NOW.plus(Duration.ofDays(1)),
            before.vagasTotal(),
            before.left(),
            before.status(),
            before.versao(),
            Optional.empty(),
            "",
            "",
            Tasks.NOW,
            Tasks.NOW);
    put(carona.toItem());
    put(carona.toPointer());
    before
        .bookings()
        .forEach((usuario, b) ->
            put(
                new ReservaItem(
                        caronaId,
                        usuario,
                        b.vagas(),
                        b.status(),
                        1,
                        b.requests(),
                        "",
                        Tasks.NOW,
                        Tasks.NOW)
                    .toItem()));
  }

  private static void put(Map<String, AttributeValue> item) {
    var _ = TABLE.client().putItem(r -> r.tableName(DynamoDbInMemory.TABLE).item(item));
  }

  /** The table, as a state of the model. */
  private static CaronaModel stored(String caronaId) {
    CaronaItem carona =
        CaronaItem.from(
            TABLE
                .client()
                .getItem(r -> r.tableName(DynamoDbInMemory.TABLE).key(Keys.carona(caronaId)))
                .item());
    List<ReservaItem> reservas =
        TABLE
            .client()
            .query(
                CaronaPartition.query(caronaId, Optional.empty())
                    .tableName(DynamoDbInMemory.TABLE)
                    .build())
            .items()
            .stream()
            .filter(item -> !Keys.isCarona(item))
            .map(ReservaItem::from)
            .toList();
    return CaronaModel.of(carona, reservas);
  }
}
