package com.minhacarona.reserva;

import com.minhacarona.table.ReservaItem;

/** How a change of a reservation's status ended. */
sealed interface StatusChangeResult {
  /** The reservation has the status, now or already before. */
  record Changed(ReservaItem reserva) implements StatusChangeResult {}

  /** There is no such reservation, or the caller does not see its ride. */
  record ReservaNaoEncontrada() implements StatusChangeResult {}

  /** The reservation's life does not lead there from where it is, or not at this time. */
  record TransicaoInvalida(ReservaItem reserva) implements StatusChangeResult {}
}
