package com.minhacarona.carona;

/** Where the status of rides is changed. Thread-safe. */
interface CaronaStatusStore {

  /**
   * Changes a ride's status; when it is cancelled, that of its confirmed reservations with it, at
   * once or not at all. Asking for the status that it has changes nothing.
   *
   * @throws io.grpc.StatusRuntimeException when others changed the ride all the while, or the store
   *     did not carry it out or say whether it had
   */
  StatusChangeResult change(StatusChange change);
}
