package com.minhacarona.carona;

import com.minhacarona.runtime.call.Caller;
import io.grpc.StatusRuntimeException;
import java.util.Set;

/** Carries out the commands that clients send on their update streams. Thread-safe. */
interface Commands {

  /**
   * Runs a command while there is memory for it.
   *
   * @param bytes of its message, which is held until the command has run
   * @throws StatusRuntimeException {@code SOBRECARGA} when too many commands are being carried out
   */
  void admit(int bytes, Runnable command);

  /**
   * Reads the present states of what a client begins to follow, as far as the caller sees them.
   *
   * @param claimed the ids of the rides that the client says it has. Those that are not listed with
   *     the condominium, because they are too old, are looked for, up to a hundred
   * @throws StatusRuntimeException {@code CARONA_NAO_ENCONTRADA} when one of the rides that were
   *     named is not there
   */
  PresentStates read(Caller caller, Subscription subscription, Set<String> claimed);

  /**
   * Changes a ride's status.
   *
   * @throws StatusRuntimeException as {@code UpdateCaronaStatus} refuses
   */
  void changeStatus(StatusChange change);
}
