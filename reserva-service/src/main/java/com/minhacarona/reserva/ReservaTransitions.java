package com.minhacarona.reserva;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem.Status;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * The changes of a reservation's status that may be asked for: a passenger cancels before
 * departure, and has travelled or not from departure on.
 */
final class ReservaTransitions {
  private static final Map<Status, Set<Status>> BEFORE_PARTIDA =
      Map.of(
          Status.CONFIRMADA, Set.of(Status.CANCELADA),
          Status.CANCELADA, Set.of(),
          Status.CONCLUIDA, Set.of(),
          Status.NAO_COMPARECEU, Set.of());

  private static final Map<Status, Set<Status>> FROM_PARTIDA_ON =
      Map.of(
          Status.CONFIRMADA, Set.of(Status.CONCLUIDA, Status.NAO_COMPARECEU),
          Status.CANCELADA, Set.of(),
          Status.CONCLUIDA, Set.of(),
          Status.NAO_COMPARECEU, Set.of());

  static boolean allowed(Status from, Status to, CaronaItem carona, Instant now) {
    return (departed(carona, now) ? FROM_PARTIDA_ON : BEFORE_PARTIDA).get(from).contains(to);
  }

  /** A ride has departed at its time, or earlier when its driver said so. */
  private static boolean departed(CaronaItem carona, Instant now) {
    return switch (carona.status()) {
      case EM_ANDAMENTO, CONCLUIDA -> true;
      case ABERTA, LOTADA, CANCELADA -> !carona.partida().isAfter(now);
    };
  }

  private ReservaTransitions() {}
}
