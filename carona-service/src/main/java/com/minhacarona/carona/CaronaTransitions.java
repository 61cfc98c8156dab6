package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem.Status;
import java.util.Map;
import java.util.Set;

/**
 * The changes of a ride's status that may be asked for. {@code ABERTA} and {@code LOTADA} are not
 * among the targets: a ride fills and opens by its bookings.
 */
final class CaronaTransitions {
  private static final Map<Status, Set<Status>> TARGETS =
      Map.of(
          Status.ABERTA, Set.of(Status.EM_ANDAMENTO, Status.CANCELADA),
          Status.LOTADA, Set.of(Status.EM_ANDAMENTO, Status.CANCELADA),
          Status.EM_ANDAMENTO, Set.of(Status.CONCLUIDA, Status.CANCELADA),
          Status.CONCLUIDA, Set.of(),
          Status.CANCELADA, Set.of());

  static boolean allowed(Status from, Status to) {
    return TARGETS.get(from).contains(to);
  }

  private CaronaTransitions() {}
}
