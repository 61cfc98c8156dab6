package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static com.minhacarona.runtime.testing.DynamoDbProxy.lostOnTheWayBack;
import static com.minhacarona.runtime.testing.DynamoDbProxy.lostOnTheWayThere;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.RecusadaAntes;
import com.minhacarona.reserva.RecusaStore.Recusada;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.Examples;
import com.minhacarona.table.RecusaItem;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bookings and refusals of the queue while answers of the table are lost. */
@Tag("dynamodb")
class QueuedFaultTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  private final NewReserva queued =
      ReservaProtos.queued(request(SERVICE.openCarona(), "ana").build());
  private final RecusaItem recusa =
      Examples.recusa(queued.caronaId(), queued.usuarioId(), queued.requestId());

  @Test
  void aBookingWhoseAnswerIsLost_isBookedOnce() {
    SERVICE.store.next(lostOnTheWayBack());
    assertThat(bookings().book(queued)).isInstanceOf(Booked.class);
    assertThat(SERVICE.store.operations()).hasSize(2);
    assertThat(SERVICE.local.carona(queued.caronaId()).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void aRefusalWhoseAnswerIsLost_isRememberedOnce() {
    SERVICE.store.next(lostOnTheWayBack());
    assertThat(recusas().remember(recusa)).isEqualTo(new Recusada(recusa));
    assertThat(SERVICE.store.operations()).hasSize(2);
  }

  @Test
  void aRefusalThatNobodyKnowsOf_isTrouble_andRememberedWhenTheMessageComesAgain() {
    SERVICE.store.next(lostOnTheWayThere(), lostOnTheWayThere(), lostOnTheWayThere());
    Refused.by(() -> recusas().remember(recusa))
        .as(Code.UNAVAILABLE, Errors.RESULTADO_DESCONHECIDO);
    assertThat(recusas().remember(recusa)).isEqualTo(new Recusada(recusa));
  }

  @Test
  void aRefusedRequest_isRefusedByOneTransaction_andNoRead() {
    var _ = recusas().remember(recusa);
    SERVICE.store.forget();
    assertThat(bookings().book(queued)).isEqualTo(new RecusadaAntes(recusa));
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems");
  }

  @Test
  void aBookingByCall_doesNotPayForTheQueue() {
    var _ = bookings().book(ReservaProtos.newReserva(request(queued.caronaId(), "bia").build()));
    assertThat(SERVICE.store.answered().getFirst().request()).doesNotContain("\"ConditionCheck\"");
  }

  private static ReservaStore bookings() {
    return SERVICE.server.instance(ReservaStore.class);
  }

  private static RecusaStore recusas() {
    return SERVICE.server.instance(RecusaStore.class);
  }
}
