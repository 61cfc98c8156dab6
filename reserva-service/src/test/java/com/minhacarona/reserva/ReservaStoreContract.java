package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.CaronaFechada;
import com.minhacarona.reserva.BookingResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.BookingResult.MotoristaNaoReserva;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.BookingResult.ReservaJaExiste;
import com.minhacarona.reserva.BookingResult.VagasInsuficientes;
import com.minhacarona.reserva.ReservaStore.Stored;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.StoredItems;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link ReservaStore} does. */
abstract class ReservaStoreContract {
  /** Each test has a ride of its own: of four seats, driven by motorista-1, of cond-1. */
  private final String carona = UUID.randomUUID().toString();

  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

  abstract ReservaStore store();

  abstract StoredItems items();

  @AfterEach
  void itemsAreConsistent() {
    assertThat(items().violations()).isEmpty();
  }

  @Test
  void book_takesTheSeats() {
    items().put(open());
    Booked booked = (Booked) store().book(newReserva("ana", 3));
    assertThat(booked.reserva())
        .returns(ReservaItem.Status.CONFIRMADA, ReservaItem::status)
        .returns(3, ReservaItem::vagas)
        .returns(1L, ReservaItem::versao)
        .isEqualTo(items().reserva(carona, "ana"));
    assertThat(items().carona(carona))
        .returns(1, CaronaItem::vagasDisponiveis)
        .returns(2L, CaronaItem::versao)
        .returns(Status.ABERTA, CaronaItem::status);
  }

  @Test
  void book_ofTheLastSeats_fillsTheRide() {
    items().put(open());
    Booked booked = (Booked) store().book(newReserva("ana", 4));
    assertThat(booked.vagasDisponiveis()).isEqualTo(OptionalInt.of(0));
    assertThat(items().carona(carona))
        .returns(0, CaronaItem::vagasDisponiveis)
        .returns(2L, CaronaItem::versao)
        .returns(Status.LOTADA, CaronaItem::status);
  }

  @Test
  void book_oneByOne_fillsTheRideAndRefusesTheNext() {
    items().put(open());
    for (int i = 1; i <= 4; i++) {
      assertThat(store().book(newReserva("passageiro-" + i, 1))).isInstanceOf(Booked.class);
    }
    assertThat(items().carona(carona).status()).isEqualTo(Status.LOTADA);
    assertThat(store().book(newReserva("passageiro-5", 1))).isEqualTo(new VagasInsuficientes(0));
  }

  @Test
  void book_repeated_returnsTheReservation() {
    items().put(open());
    NewReserva newReserva = newReserva("ana", 1);
    Booked booked = (Booked) store().book(newReserva);
    assertThat(store().book(newReserva)).isEqualTo(new Repeated(booked.reserva()));
    assertThat(items().carona(carona).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void book_ofTheLastSeatRepeated_returnsTheReservation() {
    items().put(open());
    NewReserva newReserva = newReserva("ana", 4);
    Booked booked = (Booked) store().book(newReserva);
    assertThat(store().book(newReserva)).isEqualTo(new Repeated(booked.reserva()));
  }

  @Test
  void book_repeatedAfterTheRideClosed_returnsTheReservation() {
    NewReserva newReserva = newReserva("ana", 1);
    ReservaItem earlier = Examples.reserva(carona, "ana", newReserva.requestId());
    items().put(earlier);
    items().put(with(Status.EM_ANDAMENTO, 3, tomorrow));
    assertThat(store().book(newReserva)).isEqualTo(new Repeated(earlier));
  }

  @Test
  void book_repeatedAfterItWasCancelled_returnsItCancelled() {
    items().put(open());
    NewReserva newReserva = newReserva("ana", 1);
    ReservaItem cancelled = cancelled("ana", List.of(newReserva.requestId()));
    items().put(cancelled);
    assertThat(store().book(newReserva)).isEqualTo(new Repeated(cancelled));
    assertThat(items().carona(carona).vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void book_withAnotherRequest_saysItExists() {
    items().put(open());
    Booked booked = (Booked) store().book(newReserva("ana", 1));
    assertThat(store().book(newReserva("ana", 2))).isEqualTo(new ReservaJaExiste(booked.reserva()));
    assertThat(items().carona(carona).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void book_afterCancelling_confirmsTheSameReservationAgain() {
    items().put(open());
    ReservaItem cancelled = cancelled("ana", List.of("r1"));
    items().put(cancelled);
    NewReserva newReserva = newReserva("ana", 2);
    Booked booked = (Booked) store().book(newReserva);
    assertThat(booked.reserva())
        .returns(3L, ReservaItem::versao)
        .returns(2, ReservaItem::vagas)
        .returns("", ReservaItem::motivo)
        .returns(cancelled.criadaEm(), ReservaItem::criadaEm)
        .returns(List.of("r1", newReserva.requestId()), ReservaItem::requestIds)
        .isEqualTo(items().reserva(carona, "ana"));
    assertThat(items().carona(carona).vagasDisponiveis()).isEqualTo(2);
  }

  @Test
  void book_afterCancelling_ofTheLastSeats_fillsTheRide() {
    items().put(open());
    items().put(cancelled("ana", List.of("r1")));
    assertThat(store().book(newReserva("ana", 4))).isInstanceOf(Booked.class);
    assertThat(items().carona(carona).status()).isEqualTo(Status.LOTADA);
  }

  @Test
  void book_afterCancellingOften_forgetsTheOldestRequest() {
    items().put(open());
    List<String> ten = IntStream.range(0, 10).mapToObj(i -> "r" + i).toList();
    items().put(cancelled("ana", ten));
    Booked booked = (Booked) store().book(newReserva("ana", 1));
    assertThat(booked.reserva().requestIds()).hasSize(10).startsWith("r1").doesNotContain("r0");
  }

  @Test
  void book_byManyAtOnce_takesEachSeatOnce() throws Exception {
    items().put(open());
    List<Callable<BookingResult>> bookings =
        IntStream.range(0, 40)
            .<Callable<BookingResult>>mapToObj(
                i -> () -> store().book(newReserva("passageiro-" + i, 1)))
            .toList();
    List<BookingResult> results;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      results = threads.invokeAll(bookings).stream().map(Future::resultNow).toList();
    }
    assertThat(results).filteredOn(Booked.class::isInstance).hasSize(4);
    assertThat(results).filteredOn(new VagasInsuficientes(0)::equals).hasSize(36);
    assertThat(items().carona(carona))
        .returns(0, CaronaItem::vagasDisponiveis)
        .returns(5L, CaronaItem::versao)
        .returns(Status.LOTADA, CaronaItem::status);
  }

  @Test
  void find_ofWhatIsThere_hasRideAndReservation() {
    items().put(open());
    items().put(cancelled("ana", List.of("r1")));
    assertThat(store().find(carona, "ana"))
        .isEqualTo(
            new Stored(
                Optional.of(items().carona(carona)), Optional.of(items().reserva(carona, "ana"))));
    assertThat(store().find(carona, "bia"))
        .isEqualTo(new Stored(Optional.of(items().carona(carona)), Optional.empty()));
  }

  @Test
  void find_ofNothing_isEmpty() {
    assertThat(store().find(carona, "ana"))
        .isEqualTo(new Stored(Optional.empty(), Optional.empty()));
  }

  @Test
  void book_onNoRide_findsNone() {
    assertThat(store().book(newReserva("ana", 1))).isEqualTo(new CaronaNaoEncontrada());
  }

  @Test
  void book_onARideOfAnotherCondominium_findsNone() {
    items().put(open());
    NewReserva newReserva =
        new NewReserva(UUID.randomUUID().toString(), carona, "ana", "cond-2", 1);
    assertThat(store().book(newReserva)).isEqualTo(new CaronaNaoEncontrada());
    assertThat(items().carona(carona).vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void book_byTheDriver_isRefused() {
    items().put(open());
    assertThat(store().book(newReserva("motorista-1", 1))).isEqualTo(new MotoristaNaoReserva());
  }

  @ParameterizedTest
  @EnumSource(names = {"EM_ANDAMENTO", "CONCLUIDA", "CANCELADA"})
  void book_onAClosedRide_isRefused(Status status) {
    CaronaItem closed = with(status, 4, tomorrow);
    items().put(closed);
    assertThat(store().book(newReserva("ana", 1))).isEqualTo(new CaronaFechada(closed));
  }

  @Test
  void book_onADepartedRide_isRefused() {
    CaronaItem departed =
        with(Status.ABERTA, 4, Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(1));
    items().put(departed);
    assertThat(store().book(newReserva("ana", 1))).isEqualTo(new CaronaFechada(departed));
  }

  @Test
  void book_ofMoreSeatsThanAreLeft_isRefused() {
    items().put(open());
    assertThat(store().book(newReserva("ana", 5))).isEqualTo(new VagasInsuficientes(4));
    assertThat(store().book(newReserva("ana", 4))).isInstanceOf(Booked.class);
  }

  @Test
  void book_onAFullRide_saysItExistsToWhoIsOnIt() {
    items().put(open());
    Booked booked = (Booked) store().book(newReserva("ana", 4));
    assertThat(store().book(newReserva("ana", 1))).isEqualTo(new ReservaJaExiste(booked.reserva()));
  }

  @Test
  void book_onARideThatOpenedAgain_isConfirmed() {
    ReservaItem other = Examples.reserva(carona, "bia", "r1");
    items().put(with(Status.LOTADA, 0, tomorrow));
    items().put(withVagas(other, 4));
    assertThat(store().book(newReserva("ana", 1))).isEqualTo(new VagasInsuficientes(0));
    items().put(with(Status.ABERTA, 1, tomorrow));
    items().put(withVagas(other, 3));
    assertThat(store().book(newReserva("ana", 1))).isInstanceOf(Booked.class);
    assertThat(items().carona(carona).status()).isEqualTo(Status.LOTADA);
  }

  private CaronaItem open() {
    return Examples.carona(carona, tomorrow);
  }

  private CaronaItem with(Status status, int vagasDisponiveis, Instant partida) {
    CaronaItem open = Examples.carona(carona, partida);
    return new CaronaItem(
        open.id(),
        open.condominioId(),
        open.motoristaId(),
        open.origem(),
        open.destino(),
        open.partida(),
        open.vagasTotal(),
        vagasDisponiveis,
        status,
        7,
        open.veiculo(),
        open.observacoes(),
        "",
        open.criadaEm(),
        open.atualizadaEm());
  }

  private static ReservaItem withVagas(ReservaItem reserva, int vagas) {
    return new ReservaItem(
        reserva.caronaId(),
        reserva.usuarioId(),
        vagas,
        reserva.status(),
        reserva.versao(),
        reserva.requestIds(),
        reserva.motivo(),
        reserva.criadaEm(),
        reserva.atualizadaEm());
  }

  private ReservaItem cancelled(String usuarioId, List<String> requestIds) {
    ReservaItem confirmed = Examples.reserva(carona, usuarioId, "-");
    return new ReservaItem(
        carona,
        usuarioId,
        1,
        ReservaItem.Status.CANCELADA,
        2,
        requestIds,
        "mudei de ideia",
        confirmed.criadaEm(),
        confirmed.atualizadaEm());
  }

  private NewReserva newReserva(String usuarioId, int vagas) {
    return new NewReserva(UUID.randomUUID().toString(), carona, usuarioId, "cond-1", vagas);
  }
}
