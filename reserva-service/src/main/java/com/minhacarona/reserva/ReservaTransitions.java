package com.minhacarona.reserva;

import com.minhacarona.reserva.ReservaStore.Stored;
import com.minhacarona.reserva.StatusChangeResult.Changed;
import com.minhacarona.reserva.StatusChangeResult.ReservaNaoEncontrada;
import com.minhacarona.reserva.StatusChangeResult.SemPermissao;
import com.minhacarona.reserva.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which changes of a reservation's status are allowed. Before departure a reservation may
 * be cancelled; from departure on, its passenger has travelled or did not appear.
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

  /**
   * Judges a change by what is stored. Whoever is neither the passenger nor the driver learns
   * nothing of what is stored.
   *
   * @return the result when nothing is to be changed; empty when the change may go ahead
   */
  static Optional<StatusChangeResult> judge(StatusChange change, Stored stored, Instant now) {
    Optional<CaronaItem> carona =
        stored.carona().filter(read -> change.caller().sees(read.condominioId()));
    boolean allowed = ReservaPolicy.allows(change, carona);
    if (!allowed && !ReservaPolicy.isPassenger(change)) {
      return Optional.of(new SemPermissao());
    }
    if (carona.isEmpty() || stored.reserva().isEmpty()) {
      return Optional.of(new ReservaNaoEncontrada());
    }
    if (!allowed) {
      return Optional.of(new SemPermissao());
    }
    ReservaItem reserva = stored.reserva().get();
    if (reserva.status() == change.status()) {
      return Optional.of(new Changed(reserva));
    }
    return allowed(reserva.status(), change.status(), carona.get(), now)
        ? Optional.empty()
        : Optional.of(new TransicaoInvalida(reserva));
  }

  static boolean allowed(Status from, Status to, CaronaItem carona, Instant now) {
    return (departed(carona, now) ? FROM_PARTIDA_ON : BEFORE_PARTIDA).get(from).contains(to);
  }

  /** A ride departs at its time, or earlier when its driver says so. */
  private static boolean departed(CaronaItem carona, Instant now) {
    return switch (carona.status()) {
      case EM_ANDAMENTO, CONCLUIDA -> true;
      case ABERTA, LOTADA, CANCELADA -> !carona.partida().isAfter(now);
    };
  }

  private ReservaTransitions() {}
}
