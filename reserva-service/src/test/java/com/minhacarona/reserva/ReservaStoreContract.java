package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.ReservaResult.CaronaFechada;
import com.minhacarona.reserva.ReservaResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.ReservaResult.Confirmada;
import com.minhacarona.reserva.ReservaResult.JaExiste;
import com.minhacarona.reserva.ReservaResult.MotoristaNaoReserva;
import com.minhacarona.reserva.ReservaResult.Repetida;
import com.minhacarona.reserva.ReservaResult.VagasInsuficientes;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Exemplos;
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
  private final String ride = UUID.randomUUID().toString();

  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

  abstract ReservaStore store();

  abstract void put(CaronaItem carona);

  abstract void put(ReservaItem reserva);

  abstract CaronaItem carona(String id);

  abstract ReservaItem reserva(String caronaId, String usuarioId);

  @Test
  void reserve_takesTheSeats() {
    put(open());
    Confirmada confirmed = (Confirmada) store().reserve(nova("ana", 3));
    assertThat(confirmed.reserva())
        .returns(ReservaItem.Status.CONFIRMADA, ReservaItem::status)
        .returns(3, ReservaItem::vagas)
        .returns(1L, ReservaItem::versao)
        .isEqualTo(reserva(ride, "ana"));
    assertThat(carona(ride))
        .returns(1, CaronaItem::vagasDisponiveis)
        .returns(2L, CaronaItem::versao)
        .returns(Status.ABERTA, CaronaItem::status);
  }

  @Test
  void reserve_ofTheLastSeats_fillsTheRide() {
    put(open());
    Confirmada confirmed = (Confirmada) store().reserve(nova("ana", 4));
    assertThat(confirmed.vagasDisponiveis()).isEqualTo(OptionalInt.of(0));
    assertThat(carona(ride))
        .returns(0, CaronaItem::vagasDisponiveis)
        .returns(2L, CaronaItem::versao)
        .returns(Status.LOTADA, CaronaItem::status);
  }

  @Test
  void reserve_oneByOne_fillsTheRideAndRefusesTheNext() {
    put(open());
    for (int i = 1; i <= 4; i++) {
      assertThat(store().reserve(nova("passageiro-" + i, 1))).isInstanceOf(Confirmada.class);
    }
    assertThat(carona(ride).status()).isEqualTo(Status.LOTADA);
    assertThat(store().reserve(nova("passageiro-5", 1))).isEqualTo(new VagasInsuficientes(0));
  }

  @Test
  void reserve_repeated_returnsTheReservation() {
    put(open());
    NovaReserva nova = nova("ana", 1);
    Confirmada confirmed = (Confirmada) store().reserve(nova);
    assertThat(store().reserve(nova)).isEqualTo(new Repetida(confirmed.reserva()));
    assertThat(carona(ride).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void reserve_ofTheLastSeatRepeated_returnsTheReservation() {
    put(open());
    NovaReserva nova = nova("ana", 4);
    Confirmada confirmed = (Confirmada) store().reserve(nova);
    assertThat(store().reserve(nova)).isEqualTo(new Repetida(confirmed.reserva()));
  }

  @Test
  void reserve_repeatedAfterTheRideClosed_returnsTheReservation() {
    NovaReserva nova = nova("ana", 1);
    ReservaItem earlier = Exemplos.reserva(ride, "ana", nova.requestId());
    put(earlier);
    put(with(Status.EM_ANDAMENTO, 3, tomorrow));
    assertThat(store().reserve(nova)).isEqualTo(new Repetida(earlier));
  }

  @Test
  void reserve_repeatedAfterItWasCancelled_returnsItCancelled() {
    put(open());
    NovaReserva nova = nova("ana", 1);
    ReservaItem cancelled = cancelled("ana", List.of(nova.requestId()));
    put(cancelled);
    assertThat(store().reserve(nova)).isEqualTo(new Repetida(cancelled));
    assertThat(carona(ride).vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void reserve_withAnotherRequest_saysItExists() {
    put(open());
    Confirmada confirmed = (Confirmada) store().reserve(nova("ana", 1));
    assertThat(store().reserve(nova("ana", 2))).isEqualTo(new JaExiste(confirmed.reserva()));
    assertThat(carona(ride).vagasDisponiveis()).isEqualTo(3);
  }

  @Test
  void reserve_afterCancelling_confirmsTheSameReservationAgain() {
    put(open());
    ReservaItem cancelled = cancelled("ana", List.of("r1"));
    put(cancelled);
    NovaReserva nova = nova("ana", 2);
    Confirmada confirmed = (Confirmada) store().reserve(nova);
    assertThat(confirmed.reserva())
        .returns(3L, ReservaItem::versao)
        .returns(2, ReservaItem::vagas)
        .returns("", ReservaItem::motivo)
        .returns(cancelled.criadaEm(), ReservaItem::criadaEm)
        .returns(List.of("r1", nova.requestId()), ReservaItem::requestIds)
        .isEqualTo(reserva(ride, "ana"));
    assertThat(carona(ride).vagasDisponiveis()).isEqualTo(2);
  }

  @Test
  void reserve_afterCancelling_ofTheLastSeats_fillsTheRide() {
    put(open());
    put(cancelled("ana", List.of("r1")));
    assertThat(store().reserve(nova("ana", 4))).isInstanceOf(Confirmada.class);
    assertThat(carona(ride).status()).isEqualTo(Status.LOTADA);
  }

  @Test
  void reserve_afterCancellingOften_forgetsTheOldestRequest() {
    put(open());
    List<String> ten = IntStream.range(0, 10).mapToObj(i -> "r" + i).toList();
    put(cancelled("ana", ten));
    Confirmada confirmed = (Confirmada) store().reserve(nova("ana", 1));
    assertThat(confirmed.reserva().requestIds()).hasSize(10).startsWith("r1").doesNotContain("r0");
  }

  @Test
  void reserve_onNoRide_findsNone() {
    assertThat(store().reserve(nova("ana", 1))).isEqualTo(new CaronaNaoEncontrada());
  }

  @Test
  void reserve_onARideOfAnotherCondominium_findsNone() {
    put(open());
    NovaReserva nova = new NovaReserva(UUID.randomUUID().toString(), ride, "ana", "cond-2", 1);
    assertThat(store().reserve(nova)).isEqualTo(new CaronaNaoEncontrada());
    assertThat(carona(ride).vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void reserve_byTheDriver_isRefused() {
    put(open());
    assertThat(store().reserve(nova("motorista-1", 1))).isEqualTo(new MotoristaNaoReserva());
  }

  @ParameterizedTest
  @EnumSource(names = {"EM_ANDAMENTO", "CONCLUIDA", "CANCELADA"})
  void reserve_onAClosedRide_isRefused(Status status) {
    CaronaItem closed = with(status, 4, tomorrow);
    put(closed);
    assertThat(store().reserve(nova("ana", 1))).isEqualTo(new CaronaFechada(closed));
  }

  @Test
  void reserve_onADepartedRide_isRefused() {
    CaronaItem departed =
        with(Status.ABERTA, 4, Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(1));
    put(departed);
    assertThat(store().reserve(nova("ana", 1))).isEqualTo(new CaronaFechada(departed));
  }

  @Test
  void reserve_ofMoreSeatsThanAreLeft_isRefused() {
    put(open());
    assertThat(store().reserve(nova("ana", 5))).isEqualTo(new VagasInsuficientes(4));
    assertThat(store().reserve(nova("ana", 4))).isInstanceOf(Confirmada.class);
  }

  @Test
  void reserve_onAFullRide_saysItExistsToWhoIsOnIt() {
    put(open());
    Confirmada confirmed = (Confirmada) store().reserve(nova("ana", 4));
    assertThat(store().reserve(nova("ana", 1))).isEqualTo(new JaExiste(confirmed.reserva()));
  }

  @Test
  void reserve_onARideThatOpenedAgain_isConfirmed() {
    put(with(Status.LOTADA, 0, tomorrow));
    assertThat(store().reserve(nova("ana", 1))).isEqualTo(new VagasInsuficientes(0));
    put(with(Status.ABERTA, 1, tomorrow));
    assertThat(store().reserve(nova("ana", 1))).isInstanceOf(Confirmada.class);
    assertThat(carona(ride).status()).isEqualTo(Status.LOTADA);
  }

  private CaronaItem open() {
    return Exemplos.carona(ride, tomorrow);
  }

  private CaronaItem with(Status status, int vagasDisponiveis, Instant partida) {
    CaronaItem open = Exemplos.carona(ride, partida);
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
    ReservaItem confirmed = Exemplos.reserva(ride, usuarioId, "-");
    return new ReservaItem(
        ride,
        usuarioId,
        1,
        ReservaItem.Status.CANCELADA,
        2,
        requestIds,
        "mudei de ideia",
        confirmed.criadaEm(),
        confirmed.atualizadaEm());
  }

  private NovaReserva nova(String usuarioId, int vagas) {
    return new NovaReserva(UUID.randomUUID().toString(), ride, usuarioId, "cond-1", vagas);
  }
}
