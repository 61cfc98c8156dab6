package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.StatusChangeResult.Changed;
import com.minhacarona.reserva.StatusChangeResult.ReservaNaoEncontrada;
import com.minhacarona.reserva.StatusChangeResult.SemPermissao;
import com.minhacarona.reserva.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.Callers;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import com.minhacarona.table.StoredItems;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link ReservaStatusStore} does. */
abstract class ReservaStatusStoreContract {
  /** Each test has a ride of its own: of four seats, of cond-1. */
  private final String caronaId = UUID.randomUUID().toString();

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  abstract ReservaStatusStore store();

  abstract StoredItems items();

  @AfterEach
  void itemsAreConsistent() {
    assertThat(items().violations()).isEmpty();
  }

  @Test
  void change_toCancelada_givesTheSeatsBack() {
    ReservaItem before = reserva(CaronaItem.Status.ABERTA, 3, Status.CONFIRMADA, tomorrow());
    CaronaItem carona = items().carona(caronaId);
    ReservaItem after = changed(Status.CANCELADA);
    assertThat(after)
        .returns(Status.CANCELADA, ReservaItem::status)
        .returns("assim foi", ReservaItem::motivo)
        .returns(before.versao() + 1, ReservaItem::versao)
        .returns(before.requestIds(), ReservaItem::requestIds)
        .isEqualTo(items().reserva(caronaId, "ana"));
    assertThat(items().carona(caronaId))
        .returns(4, CaronaItem::vagasDisponiveis)
        .returns(CaronaItem.Status.ABERTA, CaronaItem::status)
        .returns(carona.versao() + 1, CaronaItem::versao)
        .returns(carona.motivo(), CaronaItem::motivo);
  }

  @Test
  void change_toCanceladaOnAFullRide_opensItAgain() {
    reserva(CaronaItem.Status.LOTADA, 0, Status.CONFIRMADA, tomorrow());
    for (int i = 0; i < 3; i++) {
      items().put(Examples.reserva(caronaId, "passageiro-" + i, "r" + i));
    }
    changed(Status.CANCELADA);
    assertThat(items().carona(caronaId))
        .returns(1, CaronaItem::vagasDisponiveis)
        .returns(CaronaItem.Status.ABERTA, CaronaItem::status);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONCLUIDA", "NAO_COMPARECEU"})
  void change_afterPartida_leavesTheRideAsItIs(Status to) {
    reserva(CaronaItem.Status.ABERTA, 3, Status.CONFIRMADA, now.minusSeconds(1));
    CaronaItem carona = items().carona(caronaId);
    assertThat(changed(to)).returns(to, ReservaItem::status);
    assertThat(items().carona(caronaId)).isEqualTo(carona);
  }

  @Test
  void change_againstItsLife_changesNothing() {
    ReservaItem before = reserva(CaronaItem.Status.ABERTA, 3, Status.CONFIRMADA, tomorrow());
    assertThat(store().change(to(Status.CONCLUIDA))).isEqualTo(new TransicaoInvalida(before));
    assertThat(items().reserva(caronaId, "ana")).isEqualTo(before);
  }

  @Test
  void change_toTheStatusThatItHas_changesNothing() {
    ReservaItem before = reserva(CaronaItem.Status.ABERTA, 4, Status.CANCELADA, tomorrow());
    CaronaItem carona = items().carona(caronaId);
    assertThat(store().change(to(Status.CANCELADA))).isEqualTo(new Changed(before));
    assertThat(items().reserva(caronaId, "ana")).isEqualTo(before);
    assertThat(items().carona(caronaId)).isEqualTo(carona);
  }

  @Test
  void change_ofNoReservation_findsNone() {
    assertThat(store().change(to(Status.CANCELADA))).isEqualTo(new ReservaNaoEncontrada());
    items().put(Examples.carona(caronaId, tomorrow()));
    assertThat(store().change(to(Status.CANCELADA))).isEqualTo(new ReservaNaoEncontrada());
  }

  @Test
  void change_byACallerOfAnotherCondominium_findsNone() {
    ReservaItem before = reserva(CaronaItem.Status.ABERTA, 3, Status.CONFIRMADA, tomorrow());
    for (Caller caller :
        List.of(Caller.TRUSTED.narrowedTo("cond-2"), Callers.user("ana", "cond-2"))) {
      assertThat(store().change(to(Status.CANCELADA, caller)))
          .isEqualTo(new ReservaNaoEncontrada());
    }
    assertThat(items().reserva(caronaId, "ana")).isEqualTo(before);
  }

  @Test
  void change_byThePassenger_takesEffect() {
    reserva(CaronaItem.Status.ABERTA, 3, Status.CONFIRMADA, tomorrow());
    assertThat(store().change(to(Status.CANCELADA, Callers.user("ana", "cond-1"))))
        .isEqualTo(new Changed(items().reserva(caronaId, "ana")));
    assertThat(items().reserva(caronaId, "ana").status()).isEqualTo(Status.CANCELADA);
  }

  @Test
  void change_byTheDriver_takesEffectFromDepartureOn_butIsNoCancellation() {
    Caller driver = Callers.user("motorista-1", "cond-1");
    ReservaItem before = reserva(CaronaItem.Status.ABERTA, 3, Status.CONFIRMADA, tomorrow());
    assertThat(store().change(to(Status.CANCELADA, driver))).isEqualTo(new SemPermissao());
    assertThat(items().reserva(caronaId, "ana")).isEqualTo(before);
    reserva(CaronaItem.Status.EM_ANDAMENTO, 3, Status.CONFIRMADA, tomorrow());
    assertThat(store().change(to(Status.NAO_COMPARECEU, driver)))
        .isEqualTo(new Changed(items().reserva(caronaId, "ana")));
  }

  @Test
  void change_byManyAtOnce_takesEffectOnce() throws Exception {
    reserva(CaronaItem.Status.ABERTA, 3, Status.CONFIRMADA, tomorrow());
    long versao = items().carona(caronaId).versao();
    List<Callable<StatusChangeResult>> changes =
        IntStream.range(0, 5)
            .<Callable<StatusChangeResult>>mapToObj(_ -> () -> store().change(to(Status.CANCELADA)))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.invokeAll(changes).stream().map(Future::resultNow))
          .containsOnly(new Changed(items().reserva(caronaId, "ana")));
    }
    assertThat(items().carona(caronaId))
        .returns(4, CaronaItem::vagasDisponiveis)
        .returns(versao + 1, CaronaItem::versao);
  }

  private ReservaItem changed(Status status) {
    return ((Changed) store().change(to(status))).reserva();
  }

  private StatusChange to(Status status) {
    return to(status, Callers.service());
  }

  private StatusChange to(Status status, Caller caller) {
    return new StatusChange(caller, caronaId, "ana", status, "assim foi");
  }

  /** Ana's reservation of one seat with this status, and its ride. */
  private ReservaItem reserva(
      CaronaItem.Status caronaStatus, int vagasDisponiveis, Status status, Instant partida) {
    items()
        .put(
            Examples.carona(caronaId, partida).withStatus(caronaStatus, vagasDisponiveis, "", now));
    ReservaItem reserva = Examples.reserva(caronaId, "ana", "-").withStatus(status, "", now);
    items().put(reserva);
    return reserva;
  }

  private Instant tomorrow() {
    return now.plus(1, ChronoUnit.DAYS);
  }
}
