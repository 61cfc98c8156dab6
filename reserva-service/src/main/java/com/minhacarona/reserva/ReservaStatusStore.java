package com.minhacarona.reserva;

/** Changes the status of reservations. Thread-safe. */
interface ReservaStatusStore {

  /**
   * Changes a reservation's status. A cancellation also gives the seats back to the ride, in the
   * same step. A change to the status that the reservation has already changes nothing.
   *
   * @throws io.grpc.StatusRuntimeException when others kept changing the same items, when the store
   *     did not carry the change out, or when it did not say whether it had
   */
  StatusChangeResult change(StatusChange change);
}
