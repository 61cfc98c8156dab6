package com.minhacarona.carona;

/** Changes the status of rides. Thread-safe. */
interface CaronaStatusStore {

  /**
   * Changes a ride's status. A cancellation also cancels the confirmed reservations, in the same
   * step. A change to the status that the ride has already changes nothing.
   *
   * @throws io.grpc.StatusRuntimeException when others kept changing the ride, when the store did
   *     not carry the change out, or when it did not say whether it had
   */
  StatusChangeResult change(StatusChange change);
}
