package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.CaronaFechada;
import com.minhacarona.reserva.BookingResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.BookingResult.MotoristaNaoReserva;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.BookingResult.ReservaJaExiste;
import com.minhacarona.reserva.BookingResult.VagasInsuficientes;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store of reservations does. */
abstract class ReservaStoreContract {
  /** Each test has a ride of its own: of four seats, driven by motorista-1, of cond-1. */
  private final String carona = UUID.randomUUID().toString();

  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

  abstract ReservaStore store();

  abstract void put(CaronaItem carona);

  abstract void put(ReservaItem reserva);

  abstract CaronaItem carona(String id);

  abstract ReservaItem reserva(String caronaId, String usuarioId);

  @Test
  void book_takesTheSeats() {
    put(open());
    Booked confirmed = (Booked) store().book(nova("ana", 3));
    assertThat(confirmed.reserva())
        .returns(ReservaItem.Status.CONFIRMADA, ReservaItem::status)
        .returns(3, ReservaItem::vagas)
        .returns(1L, ReservaItem::versao)
        .isEqualTo(reserva(carona, "ana"));
    assertThat(carona(carona))
        .returns(1, CaronaItem::vagasDisponiveis)
        .returns(2L, CaronaItem::versao)
        .returns(Status.ABERTA, CaronaItem::status);
  }

  @Test
  void book_ofTheLastSeats_fillsTheRide() {
    put(open());
    Booked confirmed = (Booked) store().book(nova("ana", 4));
    assertThat(confirmed.vagasDisponiveis()).isEqualTo(OptionalInt.of(0));
    assertThat(carona(carona))
        .returns(0, CaronaItem::vagasDisponiveis)
        .returns(2L, CaronaItem::versao)
        .returns(Status.LOTADA, CaronaItem::status);
  }

  @Test
  void book_oneByOne_fillsTheRideAndRefusesTheNext() {
    put(open());
    for (int i = 1; i <= 4; i++) {
      assertThat(store().book(nova("passageiro-" + i, 1))).isInstanceOf(Booked.class);
    }
    assertThat(carona(carona).status()).isEqualTo(Status.LOTADA);
    assertThat(store().book(nova("passageiro-5", 1))).isEqualTo(new VagasInsuficientes(0));
  }

  @Test
  void book_repeated_returnsTheReservation() {
    put(open());
    NewReserva nova = nova("ana", 1);
    Booked confirmed = (Booked) store().book(nova);
    assertThat(store().book(nova)).isEqualTo(new Repeated(confirmed.reserva()));
    assertThat(carona(carona).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void book_ofTheLastSeatRepeated_returnsTheReservation() {
    put(open());
    NewReserva nova = nova("ana", 4);
    Booked confirmed = (Booked) store().book(nova);
    assertThat(store().book(nova)).isEqualTo(new Repeated(confirmed.reserva()));
  }

  @Test
  void book_repeatedAfterTheRideClosed_returnsTheReservation() {
    NewReserva nova = nova("ana", 1);
    ReservaItem earlier = Examples.reserva(carona, "ana", nova.requestId());
    put(earlier);
    put(with(Status.EM_ANDAMENTO, 3, tomorrow));
    assertThat(store().book(nova)).isEqualTo(new Repeated(earlier));
  }

  @Test
  void book_repeatedAfterItWasCancelled_returnsItCancelled() {
    put(open());
    NewReserva nova = nova("ana", 1);
    ReservaItem cancelled = cancelled("ana", List.of(nova.requestId()));
    put(cancelled);
    assertThat(store().book(nova)).isEqualTo(new Repeated(cancelled));
    assertThat(carona(carona).vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void book_withAnotherRequest_saysItExists() {
    put(open());
    Booked confirmed = (Booked) store().book(nova("ana", 1));
    assertThat(store().book(nova("ana", 2))).isEqualTo(new ReservaJaExiste(confirmed.reserva()));
    assertThat(carona(carona).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void book_afterCancelling_confirmsTheSameReservationAgain() {
    put(open());
    ReservaItem cancelled = cancelled("ana", List.of("r1"));
    put(cancelled);
    NewReserva nova = nova("ana", 2);
    Booked confirmed = (Booked) store().book(nova);
    assertThat(confirmed.reserva())
        .returns(3L, ReservaItem::versao)
        .returns(2, ReservaItem::vagas)
        .returns("", ReservaItem::motivo)
        .returns(cancelled.criadaEm(), ReservaItem::criadaEm)
        .returns(List.of("r1", nova.requestId()), ReservaItem::requestIds)
        .isEqualTo(reserva(carona, "ana"));
    assertThat(carona(carona).vagasDisponiveis()).isEqualTo(2);
  }

  @Test
  void book_afterCancelling_ofTheLastSeats_fillsTheRide() {
    put(open());
    put(cancelled("ana", List.of("r1")));
    assertThat(store().book(nova("ana", 4))).isInstanceOf(Booked.class);
    assertThat(carona(carona).status()).isEqualTo(Status.LOTADA);
  }

  @Test
  void book_afterCancellingOften_forgetsTheOldestRequest() {
    put(open());
    List<String> ten = IntStream.range(0, 10).mapToObj(i -> "r" + i).toList();
    put(cancelled("ana", ten));
    Booked confirmed = (Booked) store().book(nova("ana", 1));
    assertThat(confirmed.reserva().requestIds()).hasSize(10).startsWith("r1").doesNotContain("r0");
  }

  @Test
  void book_onNoRide_findsNone() {
    assertThat(store().book(nova("ana", 1))).isEqualTo(new CaronaNaoEncontrada());
  }

  @Test
  void book_onARideOfAnotherCondominium_findsNone() {
    put(open());
    NewReserva nova = new NewReserva(UUID.randomUUID().toString(), carona, "ana", "cond-2", 1);
    assertThat(store().book(nova)).isEqualTo(new CaronaNaoEncontrada());
    assertThat(carona(carona).vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void book_byTheDriver_isRefused() {
    put(open());
    assertThat(store().book(nova("motorista-1", 1))).isEqualTo(new MotoristaNaoReserva());
  }

  @ParameterizedTest
  @EnumSource(names = {"EM_ANDAMENTO", "CONCLUIDA", "CANCELADA"})
  void book_onAClosedRide_isRefused(Status status) {
    CaronaItem closed = with(status, 4, tomorrow);
    put(closed);
    assertThat(store().book(nova("ana", 1))).isEqualTo(new CaronaFechada(closed));
  }

  @Test
  void book_onADepartedRide_isRefused() {
    CaronaItem departed =
        with(Status.ABERTA, 4, Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(1));
    put(departed);
    assertThat(store().book(nova("ana", 1))).isEqualTo(new CaronaFechada(departed));
  }

  @Test
  void book_ofMoreSeatsThanAreLeft_isRefused() {
    put(open());
    assertThat(store().book(nova("ana", 5))).isEqualTo(new VagasInsuficientes(4));
    assertThat(store().book(nova("ana", 4))).isInstanceOf(Booked.class);
  }

  @Test
  void book_onAFullRide_saysItExistsToWhoIsOnIt() {
    put(open());
    Booked confirmed = (Booked) store().book(nova("ana", 4));
    assertThat(store().book(nova("ana", 1))).isEqualTo(new ReservaJaExiste(confirmed.reserva()));
  }

  @Test
  void book_onARideThatOpenedAgain_isConfirmed() {
    put(with(Status.LOTADA, 0, tomorrow));
    assertThat(store().book(nova("ana", 1))).isEqualTo(new VagasInsuficientes(0));
    put(with(Status.ABERTA, 1, tomorrow));
    assertThat(store().book(nova("ana", 1))).isInstanceOf(Booked.class);
    assertThat(carona(carona).status()).isEqualTo(Status.LOTADA);
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

  private NewReserva nova(String usuarioId, int vagas) {
    return new NewReserva(UUID.randomUUID().toString(), carona, usuarioId, "cond-1", vagas);
  }
}
