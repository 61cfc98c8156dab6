package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.ReservaStore.Stored;
import com.minhacarona.reserva.StatusChangeResult.Changed;
import com.minhacarona.reserva.StatusChangeResult.ReservaNaoEncontrada;
import com.minhacarona.reserva.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import io.grpc.Context;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReservaTransitionsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T09:30:00Z");

  @ParameterizedTest
  @EnumSource
  void judge_eachChange_isAllowedByStatusAndDeparture(Status from) {
    for (Status to : Status.values()) {
      for (CaronaItem.Status carona : CaronaItem.Status.values()) {
        for (boolean atPartida : new boolean[] {false, true}) {
          Stored stored = stored(carona, atPartida ? NOW : NOW.plusMillis(1), from);
          assertThat(judge(to, stored))
              .as("%s to %s on a ride %s, at departure: %s", from, to, carona, atPartida)
              .isEqualTo(expected(from, to, carona, atPartida, stored));
        }
      }
    }
  }

  @Test
  void judge_ofNoReservation_findsNone() {
    Stored stored = stored(CaronaItem.Status.ABERTA, NOW, Status.CONFIRMADA);
    assertThat(judge(Status.CANCELADA, new Stored(stored.carona(), Optional.empty())))
        .contains(new ReservaNaoEncontrada());
    assertThat(judge(Status.CANCELADA, new Stored(Optional.empty(), stored.reserva())))
        .contains(new ReservaNaoEncontrada());
  }

  @Test
  void judge_forACallerOfAnotherCondominium_findsNone() throws Exception {
    Stored stored = stored(CaronaItem.Status.ABERTA, NOW.plusMillis(1), Status.CONFIRMADA);
    assertThat(Tenant.bind(Context.current(), "cond-2").call(() -> judge(Status.CANCELADA, stored)))
        .contains(new ReservaNaoEncontrada());
    assertThat(Tenant.bind(Context.current(), "cond-1").call(() -> judge(Status.CANCELADA, stored)))
        .isEmpty();
  }

  private static Optional<StatusChangeResult> expected(
      Status from, Status to, CaronaItem.Status carona, boolean atPartida, Stored stored) {
    if (from == to) {
      return Optional.of(new Changed(stored.reserva().orElseThrow()));
    }
    boolean departed =
        atPartida
            || carona == CaronaItem.Status.EM_ANDAMENTO
            || carona == CaronaItem.Status.CONCLUIDA;
    Set<Status> allowed =
        departed ? Set.of(Status.CONCLUIDA, Status.NAO_COMPARECEU) : Set.of(Status.CANCELADA);
    return from == Status.CONFIRMADA && allowed.contains(to)
        ? Optional.empty()
        : Optional.of(new TransicaoInvalida(stored.reserva().orElseThrow()));
  }

  private static Optional<StatusChangeResult> judge(Status to, Stored stored) {
    return ReservaTransitions.judge(new StatusChange("c1", "ana", to, ""), stored, NOW);
  }

  private static Stored stored(CaronaItem.Status status, Instant partida, Status reserva) {
    CaronaItem carona = Examples.carona("c1", partida).withStatus(status, 3, "", NOW);
    ReservaItem item = Examples.reserva("c1", "ana", "r1").withStatus(reserva, "", NOW);
    return new Stored(Optional.of(carona), Optional.of(item));
  }
}
