package com.minhacarona.reserva;

/** Where the status of reservations is changed. Thread-safe. */
interface ReservaStatusStore {

  /**
   * Changes a reservation's status, and gives its seats back to the ride when it is cancelled, at
   * once or not at all. Asking for the status that it has changes nothing.
   *
   * @throws io.grpc.StatusRuntimeException when others changed the same items all the while, or the
   *     store did not carry it out or say whether it had
   */
  StatusChangeResult change(StatusChange change);
}
