package com.minhacarona.reserva;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem.Status;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides who may ask for which change of a reservation's status. A service may ask for what the
 * passenger or the driver may.
 */
final class ReservaPolicy {
  private enum Party {
    PASSENGER,
    DRIVER
  }

  private static final Map<Status, Set<Party>> PARTIES =
      Map.of(
          Status.CONFIRMADA, Set.of(Party.PASSENGER),
          Status.CANCELADA, Set.of(Party.PASSENGER),
          Status.CONCLUIDA, Set.of(Party.PASSENGER, Party.DRIVER),
          Status.NAO_COMPARECEU, Set.of(Party.DRIVER));

  /** Whether there may be a ride on which the change is the caller's to ask for. */
  static boolean mayAllow(StatusChange change) {
    return isPassenger(change)
        || (!change.caller().isOperator() && mayBeAskedBy(change, Party.DRIVER));
  }

  /**
   * Whether the change is the caller's to ask for.
   *
   * @param carona the ride, if the caller sees it
   */
  static boolean allows(StatusChange change, Optional<CaronaItem> carona) {
    return (mayBeAskedBy(change, Party.PASSENGER) && isPassenger(change))
        || (mayBeAskedBy(change, Party.DRIVER) && isDriver(change.caller(), carona));
  }

  /** Whether the caller may be told that the reservation is not there. */
  static boolean isPassenger(StatusChange change) {
    return change.caller().mayActAs(change.usuarioId());
  }

  private static boolean isDriver(Caller caller, Optional<CaronaItem> carona) {
    return carona.filter(seen -> caller.mayActAs(seen.motoristaId())).isPresent();
  }

  private static boolean mayBeAskedBy(StatusChange change, Party party) {
    return PARTIES.get(change.status()).contains(party);
  }

  private ReservaPolicy() {}
}
