package com.minhacarona.load.queue;

import static com.minhacarona.load.queue.Residents.booked;
import static com.minhacarona.load.queue.Residents.refused;
import static com.minhacarona.load.queue.Residents.request;
import static com.minhacarona.load.queue.Residents.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callers and messages want the seats of one ride at the same moment, on two workers. */
@Tag("dynamodb")
@Tag("process")
class BothPathsTest {
  @RegisterExtension static final Deployment DEPLOYMENT = new Deployment();

  private static final int SEATS = 8;

  /** Of each kind: by call, by the queue, and by both with the same request. */
  private static final int REQUESTS = 8;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String BOOKED = "OK";
  private static final String FULL = "VAGAS_INSUFICIENTES";
  private static final String CONFLICT = "CONFLITO";

  private final Stored stored = new Stored(DEPLOYMENT.table());
  private final CaronaItem carona = Residents.carona(SEATS);
  private final List<UsuarioItem> residents = new ArrayList<>();
  private final List<ProcessarReservaRequest> byCall = requests("call");
  private final List<ProcessarReservaRequest> byQueue = requests("queue");
  private final List<ProcessarReservaRequest> byBoth = requests("both");
  private final Map<ProcessarReservaRequest, String> answers = new ConcurrentHashMap<>();

  @Test
  void aRush_neverOverbooks_andEverybodyIsToldTheTruth() {
    Residents.store(DEPLOYMENT.table(), List.of(carona), residents);
    rush();

    List<ProcessarReservaRequest> messages = Stream.concat(both(), byQueue.stream()).toList();
    await()
        .atMost(PATIENCE)
        .until(() -> messages.stream().allMatch(r -> stored.booked(r) || stored.refused(r)));
    List<ProcessarReservaRequest> all = Stream.concat(byCall.stream(), messages.stream()).toList();
    assertThat(DEPLOYMENT.table().violations()).isEmpty();
    assertThat(DEPLOYMENT.table().carona(carona.id()).vagasDisponiveis()).isZero();
    assertThat(all.stream().filter(stored::booked)).hasSize(SEATS);
    assertThat(all).noneMatch(request -> stored.booked(request) && stored.refused(request));
    assertThat(answers).hasSize(2 * REQUESTS);
    answers.forEach((request, answer) ->
        assertThat(answer)
            .as(request.getUsuarioId())
            .isEqualTo(stored.booked(request) ? BOOKED : FULL));
    assertThat(byCall).as("no message").noneMatch(stored::refused);
    theEventsAreTheTruth(messages);
    theMailsAreTheTruth(all);
  }

  private void rush() {
    List<ProcessarReservaRequest> calls = Stream.concat(byCall.stream(), both()).toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls.size(); i++) {
        ProcessarReservaRequest request = calls.get(i);
        Worker worker = DEPLOYMENT.workers().get(i % DEPLOYMENT.workers().size());
        threads.execute(() -> answers.put(request, answer(worker, request)));
      }
      Stream.concat(byQueue.stream(), both())
          .forEach(request -> threads.execute(() -> DEPLOYMENT.queues().send(request)));
    }
  }

  /**
   * What the caller is told in the end: a conflict says that nothing was changed, so call again.
   */
  private static String answer(Worker worker, ProcessarReservaRequest request) {
    String answer;
    do {
      try {
        var _ = worker.calls().processarReserva(request);
        answer = BOOKED;
      } catch (StatusRuntimeException e) {
        answer = Refused.reason(e);
      }
    } while (answer.equals(CONFLICT));
    return answer;
  }

  private void theEventsAreTheTruth(List<ProcessarReservaRequest> messages) {
    assertThat(published(EventType.RESERVA_RECUSADA))
        .isEqualTo(
            messages.stream()
                .filter(stored::refused)
                .map(ProcessarReservaRequest::getUsuarioId)
                .collect(Collectors.toSet()));
    await().atMost(PATIENCE).until(() -> published(EventType.RESERVA_CONFIRMADA).size() == SEATS);
  }

  /** The passengers to whom this was told. */
  private Set<String> published(EventType type) {
    return DEPLOYMENT.queues().topic().published().stream()
        .filter(event -> event.type() == type)
        .map(DomainEvent::subject)
        .filter(subject -> subject.startsWith(carona.id()))
        .map(subject -> subject.substring(carona.id().length() + 1))
        .collect(Collectors.toSet());
  }

  /** Callers learn of a refusal by its answer, and of a booking by e-mail too. */
  private void theMailsAreTheTruth(List<ProcessarReservaRequest> all) {
    await().atMost(PATIENCE).until(() -> DEPLOYMENT.queues().messages() == 0);
    Map<String, Integer> told = told(DEPLOYMENT.queues().providers().mails());
    for (ProcessarReservaRequest request : all) {
      String who = request.getUsuarioId();
      assertThat(told.getOrDefault(booked(who), 0)).isEqualTo(stored.booked(request) ? 1 : 0);
      assertThat(told.getOrDefault(refused(who), 0)).isEqualTo(stored.refused(request) ? 1 : 0);
    }
  }

  private Stream<ProcessarReservaRequest> both() {
    return byBoth.stream();
  }

  private List<ProcessarReservaRequest> requests(String kind) {
    List<ProcessarReservaRequest> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      residents.add(Residents.resident(kind + i));
      requests.add(request(carona.id(), residents.getLast().id()));
    }
    return requests;
  }
}
