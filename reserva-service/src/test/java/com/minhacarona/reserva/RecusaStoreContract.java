package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.RecusadaAntes;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.RecusaStore.Recusada;
import com.minhacarona.reserva.RecusaStore.Reservada;
import com.minhacarona.table.Examples;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.StoredItems;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What every {@link RecusaStore} does, together with the {@link ReservaStore} of its kind. */
abstract class RecusaStoreContract {
  /** Each test has an open ride of its own, of four seats, of cond-1. */
  private final String carona = UUID.randomUUID().toString();

  private final NewReserva queued =
      new NewReserva(UUID.randomUUID().toString(), carona, "ana", "cond-1", 2).byQueue();

  abstract ReservaStore bookings();

  abstract RecusaStore store();

  abstract StoredItems items();

  @BeforeEach
  void offerARide() {
    items()
        .put(
            Examples.carona(
                carona, Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS)));
  }

  @AfterEach
  void violatesNothing() {
    assertThat(items().violations()).isEmpty();
  }

  @Test
  void remember_keepsTheRefusal() {
    RecusaItem recusa = recusa("CARONA_FECHADA");
    assertThat(store().remember(recusa)).isEqualTo(new Recusada(recusa));
    assertThat(items().recusa(carona, "ana", queued.requestId())).contains(recusa);
  }

  @Test
  void remember_again_returnsTheFirst() {
    RecusaItem first = recusa("CARONA_FECHADA");
    var _ = store().remember(first);
    assertThat(store().remember(recusa("VAGAS_INSUFICIENTES"))).isEqualTo(new Recusada(first));
    assertThat(items().recusa(carona, "ana", queued.requestId())).contains(first);
  }

  @Test
  void remember_ofWhatWasBookedMeanwhile_remembersNothing() {
    assertThat(bookings().book(queued)).isInstanceOf(Booked.class);
    assertThat(store().remember(recusa("VAGAS_INSUFICIENTES"))).isEqualTo(new Reservada());
    assertThat(items().recusa(carona, "ana", queued.requestId())).isEmpty();
  }

  @Test
  void remember_whileAnotherRequestHoldsTheReservation_keepsTheRefusal() {
    var _ = bookings().book(new NewReserva("another", carona, "ana", "cond-1", 1));
    RecusaItem recusa = recusa("RESERVA_JA_EXISTE");
    assertThat(store().remember(recusa)).isEqualTo(new Recusada(recusa));
  }

  @Test
  void remember_ofOtherVagasUnderTheSameId_keepsTheRefusal() {
    var _ = bookings().book(new NewReserva(queued.requestId(), carona, "ana", "cond-1", 1));
    RecusaItem recusa = recusa("REQUEST_ID_REUTILIZADO");
    assertThat(store().remember(recusa)).isEqualTo(new Recusada(recusa));
  }

  @Test
  void book_byQueueAfterTheRefusal_isRefusedAgain_thoughSeatsAreFree() {
    RecusaItem recusa = recusa("VAGAS_INSUFICIENTES");
    var _ = store().remember(recusa);
    assertThat(bookings().book(queued)).isEqualTo(new RecusadaAntes(recusa));
    assertThat(items().carona(carona).vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void book_ofAnotherRequest_isNotRefusedForIt() {
    var _ = store().remember(recusa("VAGAS_INSUFICIENTES"));
    NewReserva another =
        new NewReserva(UUID.randomUUID().toString(), carona, "ana", "cond-1", 1).byQueue();
    assertThat(bookings().book(another)).isInstanceOf(Booked.class);
  }

  @Test
  void book_byCallAfterTheRefusal_isJudgedAnew_andHoldsForTheQueueToo() {
    var _ = store().remember(recusa("VAGAS_INSUFICIENTES"));
    Booked booked =
        (Booked) bookings().book(new NewReserva(queued.requestId(), carona, "ana", "cond-1", 2));
    assertThat(bookings().book(queued)).isEqualTo(new Repeated(booked.reserva()));
  }

  @Test
  void book_byQueue_booksAgainWhatWasCancelled() {
    ReservaItem cancelled =
        Examples.reserva(carona, "ana", "earlier")
            .withStatus(
                ReservaItem.Status.CANCELADA, "", Instant.now().truncatedTo(ChronoUnit.MILLIS));
    items().put(cancelled);
    Booked booked = (Booked) bookings().book(queued);
    assertThat(booked.reserva().versao()).isEqualTo(3);
    assertThat(bookings().book(queued)).isEqualTo(new Repeated(booked.reserva()));
  }

  /** Two copies of a message at once: one books, the other had found the ride full. */
  @RepeatedTest(20)
  void book_andRemember_atOnce_haveOneWinner() throws Exception {
    List<Callable<Boolean>> copies =
        List.of(
            () -> bookings().book(queued) instanceof Booked,
            () -> store().remember(recusa("VAGAS_INSUFICIENTES")) instanceof Recusada);
    long winners;
    try (var threads = Executors.newFixedThreadPool(2)) {
      winners = threads.invokeAll(copies).stream().filter(f -> f.resultNow()).count();
    }
    assertThat(winners).isEqualTo(1);
    assertThat(items().recusa(carona, "ana", queued.requestId()).isEmpty())
        .as("seats are taken if and only if it is not refused")
        .isEqualTo(items().carona(carona).vagasDisponiveis() == 2);
  }

  private RecusaItem recusa(String reason) {
    return new RecusaItem(
        carona,
        "ana",
        queued.requestId(),
        "cond-1",
        queued.vagas(),
        reason,
        "Take another ride",
        Map.of("carona_id", carona),
        Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }
}
