package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.ReservaStore.Stored;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
  void judge_forACallerOfAnotherCondominium_findsNone() {
    Stored stored = stored(CaronaItem.Status.ABERTA, NOW.plusMillis(1), Status.CONFIRMADA);
    assertThat(judge(Callers.user("ana", "cond-2"), Status.CANCELADA, stored))
        .contains(new ReservaNaoEncontrada());
    assertThat(judge(Callers.user("ana", "cond-1"), Status.CANCELADA, stored)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void judge_forStrangers_isTheSameWhateverIsStored(Status to) {
    CaronaItem carona = carona(CaronaItem.Status.EM_ANDAMENTO, NOW);
    for (Caller stranger :
        List.of(
            Callers.user("bia", "cond-1"),
            Callers.user("bia", "cond-2"),
            Callers.user("motorista-1", "cond-2"),
            Callers.operator())) {
      for (Optional<CaronaItem> ride : List.of(Optional.of(carona), Optional.<CaronaItem>empty())) {
        for (Optional<ReservaItem> reserva : anyReserva()) {
          Stored stored = new Stored(ride, reserva);
          assertThat(judge(stranger, to, stored))
              .as("%s asks about %s", stranger, stored)
              .contains(new SemPermissao());
        }
      }
    }
  }

  /** Who asks, and what they may ask for: the table of docs/policy.md, and no more. */
  @ParameterizedTest
  @EnumSource
  void judge_forPassengerAndDriver_allowsWhatIsTheirs(Status to) {
    CaronaItem carona = carona(CaronaItem.Status.EM_ANDAMENTO, NOW);
    Set<Status> ofPassenger = Set.of(Status.CONFIRMADA, Status.CANCELADA, Status.CONCLUIDA);
    Set<Status> ofDriver = Set.of(Status.CONCLUIDA, Status.NAO_COMPARECEU);
    for (Optional<ReservaItem> reserva : anyReserva()) {
      Stored stored = new Stored(Optional.of(carona), reserva);
      Optional<StatusChangeResult> ofService = judge(Callers.service(), to, stored);
      assertThat(judge(Callers.user("ana", "cond-1"), to, stored))
          .isEqualTo(
              reserva.isEmpty() || ofPassenger.contains(to)
                  ? ofService
                  : Optional.of(new SemPermissao()));
      assertThat(judge(Callers.user("motorista-1", "cond-1"), to, stored))
          .isEqualTo(ofDriver.contains(to) ? ofService : Optional.of(new SemPermissao()));
    }
  }

  /** What may be known without a read is no other than what is known after it. */
  @ParameterizedTest
  @EnumSource
  void mayAllow_refusesOnlyWhatIsRefusedWhateverIsStored(Status to) {
    Stored stored =
        new Stored(
            Optional.of(carona(CaronaItem.Status.EM_ANDAMENTO, NOW)), anyReserva().getFirst());
    for (Caller caller :
        List.of(
            Callers.user("ana", "cond-1"),
            Callers.user("motorista-1", "cond-1"),
            Callers.user("bia", "cond-1"),
            Callers.user("bia", "cond-2"),
            Callers.operator(),
            Callers.service())) {
      if (!ReservaPolicy.mayAllow(new StatusChange(caller, "c1", "ana", to, ""))) {
        assertThat(judge(caller, to, stored)).contains(new SemPermissao());
      }
    }
    assertThat(
            ReservaPolicy.mayAllow(
                new StatusChange(Callers.user("bia", "cond-1"), "c1", "ana", to, "")))
        .as("a cancellation of another's is refused before any read")
        .isEqualTo(to == Status.CONCLUIDA || to == Status.NAO_COMPARECEU);
  }

  private static List<Optional<ReservaItem>> anyReserva() {
    List<Optional<ReservaItem>> any = new ArrayList<>();
    for (Status status : Status.values()) {
      any.add(Optional.of(Examples.reserva("c1", "ana", "r1").withStatus(status, "", NOW)));
    }
    any.add(Optional.empty());
    return any;
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
    return judge(Callers.service(), to, stored);
  }

  private static Optional<StatusChangeResult> judge(Caller caller, Status to, Stored stored) {
    return ReservaTransitions.judge(new StatusChange(caller, "c1", "ana", to, ""), stored, NOW);
  }

  private static CaronaItem carona(CaronaItem.Status status, Instant partida) {
    return Examples.carona("c1", partida).withStatus(status, 3, "", NOW);
  }

  private static Stored stored(CaronaItem.Status status, Instant partida, Status reserva) {
    CaronaItem carona = carona(status, partida);
    ReservaItem item = Examples.reserva("c1", "ana", "r1").withStatus(reserva, "", NOW);
    return new Stored(Optional.of(carona), Optional.of(item));
  }
}
