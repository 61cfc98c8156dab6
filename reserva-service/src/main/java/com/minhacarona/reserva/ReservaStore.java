package com.minhacarona.reserva;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import java.util.Optional;

/** Keeps reservations, and counts the seats of rides. Thread-safe. */
interface ReservaStore {

  /**
   * Books all of the seats or none. A request takes effect once, however often it is made.
   *
   * @throws io.grpc.StatusRuntimeException when the store did not carry the booking out, or when it
   *     did not say whether it had
   */
  BookingResult book(NewReserva newReserva);

  /**
   * Reads a ride, and then a resident's reservation on it, and sees every write before. The
   * reservation may have changed between the two reads; one that is not there was not there before.
   */
  Stored find(String caronaId, String usuarioId);

  /** A ride and a resident's reservation on it, as far as they are there. */
  record Stored(Optional<CaronaItem> carona, Optional<ReservaItem> reserva) {}
}
