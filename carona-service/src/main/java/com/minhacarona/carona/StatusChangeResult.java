package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;

/** How a change of a ride's status ended. */
sealed interface StatusChangeResult {
  /** The ride has the status, now or already before. */
  record Changed(CaronaItem carona) implements StatusChangeResult {}

  /** There is no such ride, or the caller does not see it. */
  record CaronaNaoEncontrada() implements StatusChangeResult {}

  /** The caller sees the ride, and neither drives it nor is a service. */
  record SemPermissao() implements StatusChangeResult {}

  /** The ride's life does not lead there from where it is. */
  record TransicaoInvalida(CaronaItem carona) implements StatusChangeResult {}
}
