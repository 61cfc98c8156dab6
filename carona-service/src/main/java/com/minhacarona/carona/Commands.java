package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Set;

/** Carries out the commands that clients send on their update streams. Thread-safe. */
interface Commands {

  /**
   * Reads the present states of what a client begins to follow, as far as the caller sees them.
   *
   * @param known the ids of rides that the client says it has, which are read however old they are,
   *     and whether or not they are of the subscription
   * @return each ride once
   * @throws StatusRuntimeException {@code CARONA_NAO_ENCONTRADA} when one of the rides that were
   *     named is not there
   */
  List<CaronaItem> read(Subscription subscription, Set<String> known);

  /**
   * Changes a ride's status.
   *
   * @throws StatusRuntimeException as {@code UpdateCaronaStatus} refuses
   */
  void changeStatus(StatusChange change);
}
