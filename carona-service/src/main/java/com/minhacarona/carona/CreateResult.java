package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;

/** How the creation of a ride ended. */
sealed interface CreateResult {
  /** It was stored. */
  record Created(CaronaItem carona) implements CreateResult {}

  /** The same request had stored it before; the ride as it stands now. */
  record Repeated(CaronaItem carona) implements CreateResult {}

  /** The driver used the request's id for another ride. */
  record RequestIdReutilizado(CaronaItem carona) implements CreateResult {}
}
