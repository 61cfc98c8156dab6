package com.minhacarona.load.queue;

import static com.minhacarona.load.queue.Residents.booked;
import static com.minhacarona.load.queue.Residents.request;
import static com.minhacarona.load.queue.Residents.toDriver;
import static com.minhacarona.load.queue.Residents.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two workers go on while something that they need is away for 5 s, or 30 s with {@code -Dsoak},
 * and catch up by themselves afterwards.
 */
@Tag("dynamodb")
@Tag("process")
@Tag("soak")
class OutageTest {
  @RegisterExtension static final Deployment DEPLOYMENT = new Deployment();

  private static final Duration OUTAGE = Duration.ofSeconds(Boolean.getBoolean("soak") ? 30 : 5);

  /** What was received when SQS went away comes again after its visibility, a minute in a soak. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /**
   * What both workers together may send a second to something that refuses each request at once. A
   * loop without pauses would send thousands.
   */
  private static final int MOST_REQUESTS_A_SECOND = 40;

  private static final int MESSAGES = 12;

  private final Queues queues = DEPLOYMENT.queues();
  private final Stored stored = new Stored(DEPLOYMENT.table());
  private final CaronaItem carona = Residents.carona(50);
  private final List<ProcessarReservaRequest> requests = new ArrayList<>();

  @BeforeEach
  void aRide() {
    List<UsuarioItem> residents = new ArrayList<>();
    for (int i = 0; i <= MESSAGES; i++) {
      residents.add(Residents.resident("o%d-%s".formatted(i, carona.id().substring(0, 8))));
      requests.add(request(carona.id(), residents.getLast().id()));
    }
    Residents.store(DEPLOYMENT.table(), List.of(carona), residents);
  }

  @Test
  void withoutDynamoDb_callersAreToldTheTruth_andMessagesWait() {
    ProcessarReservaRequest called = requests.getFirst();
    during(
        Worker::dynamoDb,
        () -> {
          queues.send(messages());
          StatusRuntimeException failure =
              catchThrowableOfType(StatusRuntimeException.class, () -> call(0, called));
          assertThat(Refused.reason(failure)).isIn("INDISPONIVEL", "RESULTADO_DESCONHECIDO");
        });
    call(1, called);
    everythingIsBooked(called);
  }

  @Test
  void withoutSqs_callsGoOn_andMessagesWait() {
    ProcessarReservaRequest called = requests.getFirst();
    during(
        Worker::sqs,
        () -> {
          queues.send(messages());
          call(0, called);
          assertThat(stored.booked(called)).isTrue();
        });
    everythingIsBooked(called);
  }

  @Test
  void withoutSes_callsAndBookingsGoOn_andMailsWait() {
    ProcessarReservaRequest called = requests.getFirst();
    during(
        Worker::ses,
        () -> {
          queues.send(messages());
          call(0, called);
          await().atMost(PATIENCE).until(() -> messageRequests().stream().allMatch(stored::booked));
          assertThat(told(queues.providers().mails()).keySet())
              .doesNotContainAnyElementsOf(expected(called).keySet());
        });
    everythingIsBooked(called);
  }

  /** Cuts these wires, and mends them after the outage. */
  private static void during(Function<Worker, Wire> which, Runnable meanwhile) {
    List<Wire> wires = DEPLOYMENT.wires(which);
    int before = wires.stream().mapToInt(Wire::requests).sum();
    long begun = System.nanoTime();
    wires.forEach(Wire::cut);
    meanwhile.run();
    await().atMost(PATIENCE).until(() -> System.nanoTime() - begun >= OUTAGE.toNanos());
    double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3;
    int sent = wires.stream().mapToInt(Wire::requests).sum() - before;
    wires.forEach(Wire::mend);
    assertThat(sent)
        .as("requests in %s s", seconds)
        .isPositive()
        .isLessThan((int) (MOST_REQUESTS_A_SECOND * seconds));
  }

  private void everythingIsBooked(ProcessarReservaRequest called) {
    Map<String, Integer> expected = expected(called);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(told(queues.providers().mails()).keySet()).containsAll(expected.keySet()));
    await().atMost(PATIENCE).until(() -> queues.messages() == 0);
    assertThat(told(queues.providers().mails())).containsAllEntriesOf(expected);
    assertThat(messageRequests()).allMatch(stored::booked).noneMatch(stored::refused);
    assertThat(DEPLOYMENT.table().violations()).isEmpty();
    for (String queue : List.of(queues.reservations(), queues.changes(), queues.notifications())) {
      assertThat(queues.deadLetters(queue)).isEmpty();
    }
  }

  /** Everybody is told once. */
  private Map<String, Integer> expected(ProcessarReservaRequest called) {
    Map<String, Integer> expected = new TreeMap<>();
    List<ProcessarReservaRequest> all = new ArrayList<>(messageRequests());
    all.add(called);
    for (ProcessarReservaRequest request : all) {
      expected.put(booked(request.getUsuarioId()), 1);
      expected.put(toDriver(request.getUsuarioId(), carona.id()), 1);
    }
    return expected;
  }

  private List<ProcessarReservaRequest> messageRequests() {
    return requests.subList(1, MESSAGES + 1);
  }

  private List<String> messages() {
    return messageRequests().stream().map(Queues::json).toList();
  }

  private static void call(int worker, ProcessarReservaRequest request) {
    var _ = DEPLOYMENT.workers().get(worker).calls().processarReserva(request);
  }
}
