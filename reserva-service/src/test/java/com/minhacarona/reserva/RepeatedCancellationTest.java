package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.DynamoDbProxy.Fate;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.StatusRuntimeException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A cancellation gives its seats back once, however often it is asked for. Ana holds one of four
 * seats throughout, so that seats given back twice would be hers.
 */
@Tag("dynamodb")
class RepeatedCancellationTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  private static final int FREE_AFTER_CANCELLING = 3;

  /** More callers than the SDK makes attempts. */
  private static final int CALLERS = 6;

  private String carona;

  @BeforeEach
  void book() {
    carona = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(carona, "ana").build());
    SERVICE.stub.processarReserva(request(carona, "bia").setVagas(2).build());
    SERVICE.store.forget();
  }

  @Test
  void cancel_again_changesNothing() {
    Reserva first = cancel();
    CaronaItem after = SERVICE.local.carona(carona);
    for (int i = 0; i < CALLERS; i++) {
      assertThat(cancel()).isEqualTo(first);
    }
    assertThat(SERVICE.local.carona(carona)).isEqualTo(after);
    assertSeatsAreGivenBackOnce();
  }

  @Test
  void cancel_whileAnotherHasJustCancelled_givesTheSeatsBackOnce() {
    // The other one commits after this one has read the reservation as confirmed.
    SERVICE.store.nextWith(
        "GetItem",
        "RESERVA#",
        DynamoDbProxy.answered(stale -> {
          cancel();
          return stale;
        }));
    assertThat(cancel().getStatus()).isEqualTo(StatusReserva.STATUS_RESERVA_CANCELADA);
    assertSeatsAreGivenBackOnce();
  }

  @Test
  void cancel_byManyAtOnce_givesTheSeatsBackOnce() throws Exception {
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<Reserva>> answers =
          IntStream.range(0, CALLERS).mapToObj(_ -> callers.submit(this::cancel)).toList();
      for (Future<Reserva> answer : answers) {
        assertThat(answer.get().getVersao()).isEqualTo(2);
      }
    }
    assertSeatsAreGivenBackOnce();
  }

  /** The SDK makes three attempts: with more lost answers, the caller hears of trouble. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void cancel_whoseAnswersAreLost_andAgain_givesTheSeatsBackOnce(int lost) {
    SERVICE.store.next(
        Collections.nCopies(lost, DynamoDbProxy.lostOnTheWayBack()).toArray(Fate[]::new));
    try {
      cancel();
    } catch (StatusRuntimeException _) {
      // The outcome is unknown to the caller, who asks again.
    }
    assertThat(cancel().getStatus()).isEqualTo(StatusReserva.STATUS_RESERVA_CANCELADA);
    assertSeatsAreGivenBackOnce();
  }

  @Test
  void cancel_afterRebooking_givesTheSecondSeatsBackOnce() {
    cancel();
    SERVICE.stub.processarReserva(request(carona, "bia").setVagas(3).build());
    assertThat(SERVICE.local.carona(carona))
        .returns(CaronaItem.Status.LOTADA, CaronaItem::status)
        .returns(0, CaronaItem::vagasDisponiveis);
    cancel();
    cancel();
    assertSeatsAreGivenBackOnce();
  }

  private Reserva cancel() {
    return SERVICE
        .stub
        .updateReservaStatus(
            UpdateReservaStatusRequest.newBuilder()
                .setCaronaId(carona)
                .setUsuarioId("bia")
                .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
                .build())
        .getReserva();
  }

  private void assertSeatsAreGivenBackOnce() {
    assertThat(SERVICE.local.carona(carona))
        .returns(CaronaItem.Status.ABERTA, CaronaItem::status)
        .returns(FREE_AFTER_CANCELLING, CaronaItem::vagasDisponiveis);
    assertThat(SERVICE.local.reserva(carona, "bia").status())
        .isEqualTo(ReservaItem.Status.CANCELADA);
    assertThat(SERVICE.local.reserva(carona, "ana").status())
        .isEqualTo(ReservaItem.Status.CONFIRMADA);
  }
}
