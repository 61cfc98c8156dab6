package com.minhacarona.reserva;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import java.util.OptionalInt;

/** How a booking ended. */
sealed interface BookingResult {

  /**
   * The seats are taken.
   *
   * @param vagasDisponiveis the seats left on the ride; known only when the booking took the last
   *     and the store's answer was not lost
   */
  record Booked(ReservaItem reserva, OptionalInt vagasDisponiveis) implements BookingResult {}

  /** Nothing was changed. */
  sealed interface Unchanged extends BookingResult {}

  /** The same request took effect before. The reservation is as it is now. */
  record Repeated(ReservaItem reserva) implements Unchanged {}

  /**
   * The same request came by the queue before, and was refused. Only {@link NewReserva#queued} ends
   * so.
   */
  record RecusadaAntes(RecusaItem recusa) implements Unchanged {}

  /** What the request asks for cannot be booked. */
  sealed interface Refused extends Unchanged {}

  /** The same request took effect before, and asked for another number of seats. */
  record RequestIdReutilizado(ReservaItem reserva) implements Refused {}

  /** Another request made the resident's reservation on this ride. */
  record ReservaJaExiste(ReservaItem reserva) implements Refused {}

  /** There is no such ride in the resident's condominium. */
  record CaronaNaoEncontrada() implements Refused {}

  /** The resident drives this ride. */
  record MotoristaNaoReserva() implements Refused {}

  /** The ride takes no bookings in this state, or has departed. */
  record CaronaFechada(CaronaItem carona) implements Refused {}

  /** Fewer seats are left than were asked for. */
  record VagasInsuficientes(int vagasDisponiveis) implements Refused {}
}
