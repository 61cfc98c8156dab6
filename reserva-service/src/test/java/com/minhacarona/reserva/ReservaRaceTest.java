package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaResponse;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many callers at once, through the real server; the fixture checks the table after each test. */
@Tag("dynamodb")
class ReservaRaceTest {
  private static final int MAX_ATTEMPTS = 20;

  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  /** An answer or a refusal. */
  private sealed interface Answer {
    record Ok(ReservaResponse response) implements Answer {}

    record No(Refused refused) implements Answer {}
  }

  @Test
  void twoHundredCallersOnFourSeats_bookExactlyFour() throws Exception {
    String carona = SERVICE.openCarona();
    List<Answer> answers = race(200, i -> request(carona, "passageiro-" + i).build());

    assertThat(answers.stream().filter(Answer.Ok.class::isInstance)).hasSize(4);
    assertThat(answers.stream().filter(Answer.No.class::isInstance))
        .hasSize(196)
        .allSatisfy(answer ->
            assertThat(((Answer.No) answer).refused().reason()).isEqualTo("VAGAS_INSUFICIENTES"));
    assertThat(SERVICE.local.carona(carona))
        .returns(0, CaronaItem::vagasDisponiveis)
        .returns(CaronaItem.Status.LOTADA, CaronaItem::status)
        .returns(5L, CaronaItem::versao);
  }

  @Test
  void fiftyCallsWithOneRequestId_makeOneReservation() throws Exception {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    List<Answer> answers = race(50, _ -> request);

    List<ReservaResponse> responses =
        answers.stream().map(answer -> ((Answer.Ok) answer).response()).toList();
    assertThat(responses.stream().filter(ReservaResponse::getRepetida)).hasSize(49);
    assertThat(responses.stream().map(ReservaResponse::getReserva).distinct()).hasSize(1);
    assertThat(SERVICE.local.carona(request.getCaronaId()))
        .returns(3, CaronaItem::vagasDisponiveis)
        .returns(2L, CaronaItem::versao);
  }

  @Test
  void whoTookTheLastSeatsInARace_getsTheReservationBackByRepeating() throws Exception {
    String carona = SERVICE.openCarona();
    List<ProcessarReservaRequest> requests =
        IntStream.range(0, 20).mapToObj(i -> request(carona, "passageiro-" + i).build()).toList();
    List<Answer> first = race(20, requests::get);
    List<Answer> again = race(20, requests::get);
    for (int i = 0; i < 20; i++) {
      switch (first.get(i)) {
        case Answer.Ok(var response) -> {
          ReservaResponse repeated = ((Answer.Ok) again.get(i)).response();
          assertThat(repeated.getRepetida()).isTrue();
          assertThat(repeated.getReserva()).isEqualTo(response.getReserva());
        }
        case Answer.No _ ->
            assertThat(((Answer.No) again.get(i)).refused().reason())
                .isEqualTo("VAGAS_INSUFICIENTES");
      }
    }
  }

  private static List<Answer> race(int callers, IntFunction<ProcessarReservaRequest> requests)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers =
          threads.invokeAll(
              IntStream.range(0, callers)
                  .<Callable<Answer>>mapToObj(i -> () -> call(requests.apply(i)))
                  .toList());
      return answers.stream().map(Future::resultNow).toList();
    }
  }

  /** Repeats what a slow store has not got to in time, as the contract says. */
  private static Answer call(ProcessarReservaRequest request) {
    Refused refused;
    int attempts = 0;
    do {
      try {
        return new Answer.Ok(SERVICE.stub.processarReserva(request));
      } catch (StatusRuntimeException e) {
        refused = Refused.of(e);
      }
    } while (refused.reason().equals("CONFLITO") && ++attempts < MAX_ATTEMPTS);
    return new Answer.No(refused);
  }
}
