package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;

/** A change of a ride's status as its author asks for it. */
record StatusChange(String caronaId, Status status, String motivo) {

  /** What became of it. */
  sealed interface Result {}

  /** The ride has the status, now or already before. */
  record Done(CaronaItem carona) implements Result {}

  /** There is no such ride, or the caller does not see it. */
  record CaronaNaoEncontrada() implements Result {}

  /** The ride's life does not lead there from where it is. */
  record TransicaoInvalida(CaronaItem carona) implements Result {}
}
