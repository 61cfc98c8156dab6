package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static com.minhacarona.runtime.testing.DynamoDbProxy.answered;
import static com.minhacarona.runtime.testing.DynamoDbProxy.cancelled;
import static com.minhacarona.runtime.testing.DynamoDbProxy.heldUp;
import static com.minhacarona.runtime.testing.DynamoDbProxy.lostOnTheWayBack;
import static com.minhacarona.runtime.testing.DynamoDbProxy.lostOnTheWayThere;
import static com.minhacarona.runtime.testing.DynamoDbProxy.refusedAs;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.DynamoDbProxy.Answer;
import com.minhacarona.runtime.testing.DynamoDbProxy.Answered;
import com.minhacarona.runtime.testing.DynamoDbProxy.Fate;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaResponse;
import io.grpc.Status.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Conflicts, throttling, lost answers and lost races, which DynamoDB Local does not show by itself.
 * The SDK is the real one, and after each test the table must be consistent.
 */
@Tag("dynamodb")
class ReservaFaultTest {
  private static final String CONFLICT = "TransactionConflict";
  private static final String NONE = "None";
  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  @Test
  void aFewConflicts_areRetried() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(cancelled(CONFLICT, NONE), cancelled(NONE, CONFLICT));
    ReservaResponse response = SERVICE.stub.processarReserva(request);
    assertThat(response.getRepetida()).isFalse();
    assertThat(SERVICE.store.operations()).hasSize(3).containsOnly("TransactWriteItems");
    assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void conflictsWithoutEnd_refuseWithConflito_andNothingIsBooked() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(times(6, cancelled(CONFLICT, CONFLICT)));
    Refused.by(() -> SERVICE.stub.processarReserva(request)).as(Code.ABORTED, Errors.CONFLITO);
    assertThat(SERVICE.store.operations()).as("one try and five retries").hasSize(6);
    assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(4);
    assertThat(SERVICE.stub.processarReserva(request).getRepetida()).isFalse();
  }

  @Test
  void aFailedConditionBesideAConflict_isTheAnswer() {
    String carona = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(carona, "ana").build());
    SERVICE.store.forget();
    SERVICE.store.next(answered(answer -> withReason(answer, BookingTransaction.CARONA, CONFLICT)));
    Refused.by(() -> SERVICE.stub.processarReserva(request(carona, "ana").build()))
        .as(Code.ALREADY_EXISTS, "RESERVA_JA_EXISTE");
    assertThat(SERVICE.store.operations()).hasSize(1);
  }

  @Test
  void aThrottledTransaction_isRetriedSlowly() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(cancelled("ThrottlingError", NONE));
    SERVICE.stub.processarReserva(request);
    assertThat(SERVICE.store.operations()).hasSize(2);
  }

  @Test
  void throttlingBesideAConflict_isTakenForThrottling() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(times(3, cancelled("ProvisionedThroughputExceeded", CONFLICT)));
    Refused.by(() -> SERVICE.stub.processarReserva(request))
        .as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA)
        .retryAfter(Duration.ofSeconds(1));
    assertThat(SERVICE.store.operations()).as("one try and two retries").hasSize(3);
  }

  @Test
  void aThrottledTable_refusesWithSobrecargaAndTheDelay_andNothingIsBooked() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(times(3, refusedAs("ThrottlingException")));
    Refused.by(() -> SERVICE.stub.processarReserva(request))
        .as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA)
        .retryAfter(Duration.ofSeconds(1));
    assertThat(SERVICE.store.operations()).as("the SDK's three attempts").hasSize(3);
    assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void anAnswerThatIsLost_isAskedForAgain_withTheSameToken_andBookedOnce() throws Exception {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(lostOnTheWayBack());
    ReservaResponse response = SERVICE.stub.processarReserva(request);
    assertThat(response.getReserva().getVagas()).isEqualTo(1);
    assertThat(SERVICE.store.answered()).hasSize(2);
    assertThat(token(SERVICE.store.answered().getFirst()))
        .isNotEmpty()
        .isEqualTo(token(SERVICE.store.answered().getLast()));
    assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(3);
  }

  private static String token(Answered answered) throws JsonProcessingException {
    return new ObjectMapper().readTree(answered.request()).path("ClientRequestToken").asText();
  }

  @Test
  void anOwnAttemptOfWhichTheAnswerWasLost_isNoEarlierCall() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(lostOnTheWayBack());
    assertThat(SERVICE.stub.processarReserva(request).getRepetida()).isFalse();
    assertThat(SERVICE.stub.processarReserva(request).getRepetida()).isTrue();
  }

  @Test
  void anOwnAttemptOfWhichTheAnswerWasLost_beforeAConflict_isNoEarlierCall() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(lostOnTheWayBack(), cancelled(CONFLICT, NONE));
    assertThat(SERVICE.stub.processarReserva(request).getRepetida()).isFalse();
    assertThat(SERVICE.store.operations()).hasSize(3);
    assertThat(SERVICE.stub.processarReserva(request).getRepetida()).isTrue();
  }

  @Test
  void anOwnAttemptThatArrivesLate_betweenTwoForms_isNoEarlierCall() {
    CaronaItem carona = Examples.carona(UUID.randomUUID().toString(), tomorrow);
    SERVICE.local.put(withVagas(carona, 1));
    ProcessarReservaRequest request = request(carona.id(), "ana").build();
    SERVICE.store.nextWith(
        "TransactWriteItems",
        carona.id(),
        heldUp(),
        // The first form fails, as there is one seat. When there are two, it arrives after all.
        afterwards(() -> {
          SERVICE.local.put(withVagas(carona, 2));
          SERVICE.store.release(carona.id());
        }));
    ReservaResponse response = SERVICE.stub.processarReserva(request);
    assertThat(response.getRepetida()).isFalse();
    assertThat(response.hasVagasDisponiveis()).as("one seat is left").isFalse();
    assertThat(SERVICE.local.carona(carona.id()).vagasDisponiveis()).isEqualTo(1);
    assertThat(SERVICE.stub.processarReserva(request).getRepetida()).isTrue();
  }

  @Test
  void anAnswerThatStaysLost_refusesWithResultadoDesconhecido_andARepeatSettlesIt() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(times(3, lostOnTheWayBack()));
    Refused.by(() -> SERVICE.stub.processarReserva(request))
        .as(Code.UNAVAILABLE, Errors.RESULTADO_DESCONHECIDO);
    ReservaResponse settled = SERVICE.stub.processarReserva(request);
    assertThat(settled.getRepetida()).isTrue();
    assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void aRequestThatNeverArrived_refusesWithResultadoDesconhecido_andARepeatBooksOnce() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(times(3, lostOnTheWayThere()));
    Refused.by(() -> SERVICE.stub.processarReserva(request))
        .as(Code.UNAVAILABLE, Errors.RESULTADO_DESCONHECIDO);
    assertThat(SERVICE.stub.processarReserva(request).getRepetida()).isFalse();
    assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void aStoreThatFails_refusesWithResultadoDesconhecido() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(
        times(3, answered(_ -> new Answer(500, "{\"__type\": \"InternalServerError\"}"))));
    Refused.by(() -> SERVICE.stub.processarReserva(request))
        .as(Code.UNAVAILABLE, Errors.RESULTADO_DESCONHECIDO);
    assertThat(SERVICE.stub.processarReserva(request).getRepetida()).isTrue();
  }

  @Test
  void whoTookTheLastSeat_getsItBackByRepeating_whenOnlyTheRidesConditionIsReported() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").setVagas(4).build();
    // Lost three times: the service does not learn that the ride is full.
    SERVICE.store.next(
        answered(answer -> answer), lostOnTheWayBack(), lostOnTheWayThere(), lostOnTheWayThere());
    Refused.by(() -> SERVICE.stub.processarReserva(request))
        .as(Code.UNAVAILABLE, Errors.RESULTADO_DESCONHECIDO);
    SERVICE.store.forget();
    SERVICE.store.next(answered(answer -> withReason(answer, BookingTransaction.RESERVA, NONE)));
    ReservaResponse response = SERVICE.stub.processarReserva(request);
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems", "GetItem");
    assertThat(response.getRepetida()).isTrue();
    assertThat(response.getReserva().getVagas()).isEqualTo(4);
  }

  @Test
  void aRideThatChangesBetweenAllTries_refusesWithConflito() {
    CaronaItem carona = Examples.carona(UUID.randomUUID().toString(), tomorrow);
    SERVICE.local.put(withVagas(carona, 1));
    // The seats are always as many as the next try does not suppose: one, then two, then one.
    for (int i = 0; i < 8; i++) {
      int vagas = 2 - i % 2;
      SERVICE.store.next(afterwards(() -> SERVICE.local.put(withVagas(carona, vagas))));
    }
    Refused.by(() -> SERVICE.stub.processarReserva(request(carona.id(), "ana").build()))
        .as(Code.ABORTED, Errors.CONFLITO);
    assertThat(SERVICE.store.operations())
        .as("a guess, its correction, and five retries")
        .hasSize(7)
        .containsOnly("TransactWriteItems");
  }

  @Test
  void aRideThatClosesBetweenTwoTries_isJudgedByTheLastOne() {
    CaronaItem carona = withVagas(Examples.carona(UUID.randomUUID().toString(), tomorrow), 1);
    SERVICE.local.put(carona);
    CaronaItem closed = carona.withStatus(CaronaItem.Status.EM_ANDAMENTO, 1, "", carona.criadaEm());
    SERVICE.store.next(afterwards(() -> SERVICE.local.put(closed)));
    Refused.by(() -> SERVICE.stub.processarReserva(request(carona.id(), "ana").build()))
        .as(Code.FAILED_PRECONDITION, "CARONA_FECHADA");
    assertThat(SERVICE.store.operations())
        .containsExactly("TransactWriteItems", "TransactWriteItems", "GetItem");
  }

  @Test
  void aReservationThatChangesBetweenTwoTries_isBookedAgainFromItsLastState() {
    String carona = SERVICE.openCarona();
    ReservaItem cancelled =
        Examples.reserva(carona, "ana", "r1")
            .withStatus(ReservaItem.Status.CANCELADA, "", tomorrow);
    ReservaItem changed = cancelled.withStatus(ReservaItem.Status.CANCELADA, "", tomorrow);
    SERVICE.local.put(cancelled);
    SERVICE.store.next(afterwards(() -> SERVICE.local.put(changed)));
    ReservaResponse response = SERVICE.stub.processarReserva(request(carona, "ana").build());
    assertThat(response.getReserva().getVersao()).isEqualTo(changed.versao() + 1);
    assertThat(SERVICE.store.operations()).hasSize(3).containsOnly("TransactWriteItems");
  }

  @Test
  void aShortDeadline_boundsWhatTheStoreIsGiven() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    SERVICE.store.next(times(6, cancelled(CONFLICT, CONFLICT)));
    Code code =
        org.assertj.core.api.Assertions.catchThrowableOfType(
                io.grpc.StatusRuntimeException.class,
                () ->
                    SERVICE
                        .stub
                        .withDeadlineAfter(1, TimeUnit.MICROSECONDS)
                        .processarReserva(request))
            .getStatus()
            .getCode();
    assertThat(code).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(4);
  }

  private static CaronaItem withVagas(CaronaItem carona, int vagas) {
    return new CaronaItem(
        carona.id(),
        carona.condominioId(),
        carona.motoristaId(),
        carona.origem(),
        carona.destino(),
        carona.partida(),
        vagas,
        vagas,
        carona.status(),
        carona.versao(),
        carona.veiculo(),
        carona.observacoes(),
        carona.motivo(),
        carona.criadaEm(),
        carona.atualizadaEm());
  }

  /** Carried out, and followed by this before the service has the answer. */
  private static Fate afterwards(Runnable change) {
    return answered(answer -> {
      change.run();
      return answer;
    });
  }

  private static Fate[] times(int n, Fate fate) {
    return Collections.nCopies(n, fate).toArray(Fate[]::new);
  }

  /** The same answer, with another reason at this position. */
  private static Answer withReason(Answer answer, int position, String code) {
    try {
      ObjectMapper json = new ObjectMapper();
      ObjectNode body = (ObjectNode) json.readTree(answer.body());
      ArrayNode reasons = (ArrayNode) body.get("CancellationReasons");
      reasons.set(position, json.createObjectNode().put("Code", code));
      return new Answer(answer.status(), json.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new AssertionError(answer.body(), e);
    }
  }
}
