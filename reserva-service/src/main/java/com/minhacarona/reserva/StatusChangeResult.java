package com.minhacarona.reserva;

import com.minhacarona.table.ReservaItem;

/** How a change of a reservation's status ended. */
sealed interface StatusChangeResult {
  /** The reservation has the status, by this change or already before it. */
  record Changed(ReservaItem reserva) implements StatusChangeResult {}

  /** There is no such reservation, or the caller does not see its ride. */
  record ReservaNaoEncontrada() implements StatusChangeResult {}

  /** The change is not the caller's to make. This says nothing of what is stored. */
  record SemPermissao() implements StatusChangeResult {}

  /** A reservation with its status may not change to this one, or not at this time. */
  record TransicaoInvalida(ReservaItem reserva) implements StatusChangeResult {}
}
