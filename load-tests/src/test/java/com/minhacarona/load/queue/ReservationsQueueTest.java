package com.minhacarona.load.queue;

import static com.minhacarona.load.queue.Residents.booked;
import static com.minhacarona.load.queue.Residents.full;
import static com.minhacarona.load.queue.Residents.refused;
import static com.minhacarona.load.queue.Residents.toDriver;
import static com.minhacarona.load.queue.Residents.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.reserva.events.CloudEvents;
import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.table.AvisoItem;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.ProcessarReservaRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Two processes work off 60 messages, or 1,000 with {@code -Dsoak}, and one of them is killed on
 * the way. Every link delivers more than once.
 */
@Tag("dynamodb")
@Tag("process")
@Tag("soak")
class ReservationsQueueTest {
  @RegisterExtension static final LocalDynamoDb TABLE = new LocalDynamoDb();

  private static final boolean SOAK = Boolean.getBoolean("soak");
  private static final int MESSAGES = SOAK ? 1_000 : 60;
  private static final long SEED = 4_711;

  /** With {@code -Dsoak}, what the killed process had in hand comes again after a minute or two. */
  private static final Duration PATIENCE = Duration.ofMinutes(SOAK ? 10 : 2);

  private static final Duration LOOK = Duration.ofMillis(50);

  private static Queues queues;
  private static Worker survivor;
  private static Worker victim;

  private final Flood flood = new Flood(MESSAGES, SEED);
  private final Stored stored = new Stored(TABLE);

  @BeforeAll
  static void start() {
    queues = new Queues(TABLE, 2);
    CompletableFuture<Worker> other =
        CompletableFuture.supplyAsync(() -> new Worker(TABLE, queues));
    survivor = new Worker(TABLE, queues);
    victim = other.join();
  }

  @AfterAll
  static void stop() {
    victim.close();
    survivor.close();
    queues.close();
  }

  @Test
  void everyMessage_takesEffectOnce_andEverybodyIsToldOnce_whoeverDies() {
    flood.store(TABLE);
    queues.send(flood.deliveries());
    killTheVictim_whileItTells();

    await().atMost(PATIENCE).until(() -> queues.messages(queues.reservations()) == 0);
    assertThat(undecided()).as("neither booked nor refused, or both").isEmpty();
    Map<String, Integer> expected = expected();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(missing(expected)).isEmpty());
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(queues.messages()).isZero());

    theTableIsAsItShouldBe();
    everybodyWasTold(expected);
    exactlyTheRefusedAreRefused();
    whatIsInvalidIsSetAside();
  }

  /** Kills it between the provider's taking of an e-mail and its noting that it was taken. */
  private void killTheVictim_whileItTells() {
    await()
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(() ->
            mails().size() >= MESSAGES / 20
                && Receipts.deleted(victim.sqs(), queues.reservations()) > 0);
    victim.ses().loseAnswers();
    await().atMost(PATIENCE).pollInterval(LOOK).until(() -> !victim.ses().unanswered().isEmpty());
    victim.kill();
    Instant killed = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    if (!SOAK) {
      letTheClaimsRunOut(killed);
    }
  }

  /** Nobody else tells what the dead has claimed, for a minute: so long no build can wait. */
  private void letTheClaimsRunOut(Instant killed) {
    Set<String> held = Receipts.inHand(survivor.sqs(), queues.notifications()).keySet();
    await()
        .atMost(PATIENCE)
        .until(() ->
            Collections.disjoint(
                held, Receipts.inHand(survivor.sqs(), queues.notifications()).keySet()));
    Set<String> events = inTheVictimsHand().map(DomainEvent::id).collect(Collectors.toSet());
    for (AvisoItem claim : stored.claims()) {
      if (events.contains(claim.eventoId()) && claim.atualizadaEm().isBefore(killed)) {
        TABLE
            .client()
            .transactWriteItems(r -> r.transactItems(claim.release(TABLE.tableName(), killed)));
      }
    }
  }

  private Stream<DomainEvent> inTheVictimsHand() {
    return Receipts.inHand(victim.sqs(), queues.notifications()).values().stream()
        .map(CloudEvents::read);
  }

  private List<ProcessarReservaRequest> undecided() {
    return flood.requests().stream()
        .filter(request -> stored.booked(request) == stored.refused(request))
        .toList();
  }

  /** What is told, and how often. A resident with two requests may be refused twice. */
  private Map<String, Integer> expected() {
    Map<String, Integer> expected = new TreeMap<>();
    for (ProcessarReservaRequest request : flood.requests()) {
      if (stored.booked(request)) {
        expected.merge(booked(request.getUsuarioId()), 1, Integer::sum);
        expected.merge(toDriver(request.getUsuarioId(), request.getCaronaId()), 1, Integer::sum);
      } else {
        expected.merge(refused(request.getUsuarioId()), 1, Integer::sum);
      }
    }
    flood.caronas().stream()
        .filter(carona -> TABLE.carona(carona.id()).status() == CaronaItem.Status.LOTADA)
        .forEach(carona -> expected.put(full(carona.id()), 1));
    return expected;
  }

  private static Set<String> missing(Map<String, Integer> expected) {
    Map<String, Integer> told = mails();
    return expected.keySet().stream()
        .filter(what -> told.getOrDefault(what, 0) < expected.get(what))
        .collect(Collectors.toSet());
  }

  private static Map<String, Integer> mails() {
    return told(queues.providers().mails());
  }

  private void theTableIsAsItShouldBe() {
    assertThat(TABLE.violations()).isEmpty();
    assertThat(undecided()).isEmpty();
    assertThat(flood.requests().stream().filter(stored::booked)).isNotEmpty();
    for (CaronaItem carona : flood.caronas()) {
      List<ProcessarReservaRequest> booked =
          flood.requests().stream()
              .filter(request -> request.getCaronaId().equals(carona.id()))
              .filter(stored::booked)
              .toList();
      CaronaItem now = TABLE.carona(carona.id());
      assertThat(booked).hasSize(now.vagasTotal() - now.vagasDisponiveis());
      assertThat(now.versao()).as("each booking changed it once").isEqualTo(1 + booked.size());
      assertThat(booked)
          .extracting(ProcessarReservaRequest::getUsuarioId)
          .doesNotHaveDuplicates()
          .doesNotContain(carona.motoristaId());
    }
  }

  private void everybodyWasTold(Map<String, Integer> expected) {
    Map<String, Integer> told = mails();
    assertThat(told.keySet()).isEqualTo(expected.keySet());
    assertThat(missing(expected)).isEmpty();
    Set<String> twice =
        told.keySet().stream()
            .filter(what -> told.get(what) > expected.get(what))
            .collect(Collectors.toSet());
    assertThat(twice)
        .as("only what a process had in hand when it was killed")
        .isSubsetOf(mayComeTwice());
    assertThat(twice.stream().map(what -> what.substring(0, what.indexOf(':'))))
        .as("what the provider had taken, and nobody had noted")
        .containsAll(
            Receipts.recipients(victim.ses().unanswered()).stream()
                .map(address -> address.substring(0, address.indexOf('@')))
                .toList());
    assertThat(twice).allMatch(what -> told.get(what) == expected.get(what) + 1);
    assertThat(queues.providers().complaints()).isEmpty();
  }

  private Set<String> mayComeTwice() {
    Set<String> may = new HashSet<>();
    inTheVictimsHand()
        .forEach(event -> {
          String[] subject = event.subject().split("/", -1);
          switch (event.type()) {
            case RESERVA_CONFIRMADA -> {
              may.add(booked(subject[1]));
              may.add(toDriver(subject[1], subject[0]));
            }
            case RESERVA_RECUSADA -> may.add(refused(subject[1]));
            case CARONA_LOTADA -> may.add(full(subject[0]));
            default -> throw new IllegalStateException(event.toString());
          }
        });
    return may;
  }

  private void exactlyTheRefusedAreRefused() {
    assertThat(
            queues.topic().published().stream()
                .filter(event -> event.type() == EventType.RESERVA_RECUSADA)
                .map(DomainEvent::id)
                .distinct())
        .containsExactlyInAnyOrderElementsOf(
            flood.requests().stream()
                .filter(stored::refused)
                .map(r -> String.join("/", r.getCaronaId(), r.getUsuarioId(), r.getRequestId()))
                .toList());
    assertThat(queues.topic().complaints()).isEmpty();
  }

  private void whatIsInvalidIsSetAside() {
    List<Message> letters = queues.deadLetters(queues.reservations());
    assertThat(letters)
        .allSatisfy(letter -> {
          assertThat(letter.messageAttributes().get("reason").stringValue())
              .isEqualTo("ARGUMENTO_INVALIDO");
          assertThat(letter.messageAttributes().get("detail").stringValue()).isNotBlank();
        });
    List<String> bodies = letters.stream().map(Message::body).toList();
    assertThat(new HashSet<>(bodies)).isEqualTo(new HashSet<>(flood.invalid()));
    // One that comes again before it is deleted is set aside again, which does no harm.
    for (String body : flood.invalid()) {
      assertThat(Collections.frequency(bodies, body))
          .as(body)
          .isGreaterThanOrEqualTo(Collections.frequency(flood.deliveries(), body));
    }
    assertThat(queues.deadLetters(queues.changes())).isEmpty();
    assertThat(queues.deadLetters(queues.notifications())).isEmpty();
  }
}
