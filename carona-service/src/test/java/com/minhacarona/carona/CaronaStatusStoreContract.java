package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.carona.StatusChangeResult.SemPermissao;
import com.minhacarona.carona.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.Callers;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
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

/** What every {@link CaronaStatusStore} does. */
abstract class CaronaStatusStoreContract {
  /** Each test has a ride of its own: of four seats, of cond-1. */
  private final String caronaId = UUID.randomUUID().toString();

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  abstract CaronaStatusStore store();

  abstract StoredItems items();

  @AfterEach
  void itemsAreConsistent() {
    assertThat(items().violations()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void change_fromEachStatus_goesWhereItsLifeLeads(Status from) {
    for (Status to : Status.values()) {
      CaronaItem before = carona(from);
      StatusChangeResult result = store().change(to(to));
      if (from == to) {
        assertThat(result).isEqualTo(new Changed(before));
        assertThat(items().carona(caronaId)).isEqualTo(before);
      } else if (CaronaTransitions.allowed(from, to)) {
        CaronaItem after = ((Changed) result).carona();
        assertThat(after)
            .returns(to, CaronaItem::status)
            .returns("assim foi", CaronaItem::motivo)
            .returns(before.versao() + 1, CaronaItem::versao)
            .isEqualTo(items().carona(caronaId));
      } else {
        assertThat(result).isEqualTo(new TransicaoInvalida(before));
        assertThat(items().carona(caronaId)).isEqualTo(before);
      }
    }
  }

  @Test
  void change_toCancelada_cancelsTheConfirmedReservationsAndFreesTheirSeats() {
    carona(Status.LOTADA);
    ReservaItem gone = reserva("desistente").withStatus(ReservaItem.Status.CANCELADA, "sim", now);
    items().put(gone);
    CaronaItem after = ((Changed) store().change(to(Status.CANCELADA))).carona();
    assertThat(after.vagasDisponiveis()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(items().reserva(caronaId, "passageiro-" + i))
          .returns(ReservaItem.Status.CANCELADA, ReservaItem::status)
          .returns("assim foi", ReservaItem::motivo)
          .returns(2L, ReservaItem::versao)
          // By this, reserva-service tells it from a passenger's cancellation.
          .returns(after.atualizadaEm(), ReservaItem::atualizadaEm);
    }
    assertThat(items().reserva(caronaId, "desistente")).isEqualTo(gone);
  }

  @Test
  void change_toEmAndamento_leavesTheReservationsAsTheyAre() {
    carona(Status.LOTADA);
    CaronaItem after = ((Changed) store().change(to(Status.EM_ANDAMENTO))).carona();
    assertThat(after.vagasDisponiveis()).isZero();
    for (int i = 0; i < 4; i++) {
      assertThat(items().reserva(caronaId, "passageiro-" + i))
          .isEqualTo(reserva("passageiro-" + i));
    }
  }

  @Test
  void change_ofNoRide_findsNone() {
    assertThat(store().change(to(Status.CANCELADA))).isEqualTo(new CaronaNaoEncontrada());
  }

  @Test
  void change_byACallerOfAnotherCondominium_findsNone() {
    CaronaItem before = carona(Status.ABERTA);
    for (Caller caller :
        List.of(
            Caller.TRUSTED.narrowedTo("cond-2"),
            Callers.user("ana", "cond-2"),
            Callers.user("motorista-1", "cond-2"))) {
      assertThat(store().change(to(Status.CANCELADA, caller))).isEqualTo(new CaronaNaoEncontrada());
    }
    assertThat(items().carona(caronaId)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void change_byWhoeverDoesNotDrive_isRefused_whateverIsAskedFor(Status status) {
    CaronaItem before = carona(Status.ABERTA);
    for (Caller caller : List.of(Callers.user("ana", "cond-1"), Callers.operator())) {
      assertThat(store().change(to(status, caller))).isEqualTo(new SemPermissao());
    }
    assertThat(items().carona(caronaId)).isEqualTo(before);
  }

  @Test
  void change_byTheDriver_takesEffect() {
    carona(Status.ABERTA);
    assertThat(store().change(to(Status.CANCELADA, Callers.user("motorista-1", "cond-1"))))
        .isEqualTo(new Changed(items().carona(caronaId)));
    assertThat(items().carona(caronaId).status()).isEqualTo(Status.CANCELADA);
  }

  @Test
  void change_byManyAtOnce_takesEffectOnce() throws Exception {
    CaronaItem before = carona(Status.LOTADA);
    List<Callable<StatusChangeResult>> changes =
        IntStream.range(0, 5)
            .<Callable<StatusChangeResult>>mapToObj(_ -> () -> store().change(to(Status.CANCELADA)))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.invokeAll(changes).stream().map(Future::resultNow))
          .containsOnly(new Changed(items().carona(caronaId)));
    }
    assertThat(items().carona(caronaId))
        .returns(4, CaronaItem::vagasDisponiveis)
        .returns(before.versao() + 1, CaronaItem::versao);
  }

  private StatusChange to(Status status) {
    return to(status, Callers.service());
  }

  private StatusChange to(Status status, Caller caller) {
    return new StatusChange(caller, caronaId, status, "assim foi");
  }

  /** A stored ride with this status; a full one has four passengers, any other none. */
  private CaronaItem carona(Status status) {
    boolean full = status == Status.LOTADA;
    CaronaItem carona =
        Examples.carona(caronaId, now.plus(1, ChronoUnit.DAYS))
            .withStatus(status, full ? 0 : 4, "", now);
    items().put(carona);
    for (int i = 0; full && i < 4; i++) {
      items().put(reserva("passageiro-" + i));
    }
    return carona;
  }

  private ReservaItem reserva(String usuarioId) {
    return Examples.reserva(caronaId, usuarioId, "r-" + usuarioId);
  }
}
