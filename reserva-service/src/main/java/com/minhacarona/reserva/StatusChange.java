package com.minhacarona.reserva;

import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;

/** A change of a reservation's status as its author asks for it. */
record StatusChange(String caronaId, String usuarioId, Status status, String motivo) {

  /** What became of it. */
  sealed interface Result {}

  /** The reservation has the status, now or already before. */
  record Done(ReservaItem reserva) implements Result {}

  /** There is no such reservation, or the caller does not see its ride. */
  record ReservaNaoEncontrada() implements Result {}

  /** The reservation's life does not lead there from where it is, or not at this time. */
  record TransicaoInvalida(ReservaItem reserva) implements Result {}
}
