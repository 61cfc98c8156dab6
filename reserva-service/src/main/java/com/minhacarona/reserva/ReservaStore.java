package com.minhacarona.reserva;

/** Where reservations are kept, and seats counted. Thread-safe. */
interface ReservaStore {

  /**
   * Books seats, all of them or none, once for each request however often it is made.
   *
   * @throws io.grpc.StatusRuntimeException when the store did not carry the booking out, or when it
   *     did not say whether it had
   */
  BookingResult book(NewReserva nova);
}
