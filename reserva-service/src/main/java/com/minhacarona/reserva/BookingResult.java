package com.minhacarona.reserva;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import java.util.OptionalInt;

/** What became of a booking. */
sealed interface BookingResult {

  /**
   * The seats are taken.
   *
   * @param vagasDisponiveis seats left on the ride, where the transaction told: when it took the
   *     last
   */
  record Booked(ReservaItem reserva, OptionalInt vagasDisponiveis) implements BookingResult {}

  /** Nothing was changed. */
  sealed interface Unchanged extends BookingResult {}

  /** The same request took effect before; the reservation as it stands now. */
  record Repeated(ReservaItem reserva) implements Unchanged {}

  /** The resident's reservation was made by another request. */
  record ReservaJaExiste(ReservaItem reserva) implements Unchanged {}

  /** There is no such ride in the resident's condominium. */
  record CaronaNaoEncontrada() implements Unchanged {}

  /** It is the resident who drives. */
  record MotoristaNaoReserva() implements Unchanged {}

  /** The ride takes no bookings in this state, or has departed. */
  record CaronaFechada(CaronaItem carona) implements Unchanged {}

  /** Fewer seats are left than were asked for. */
  record VagasInsuficientes(int vagasDisponiveis) implements Unchanged {}
}
