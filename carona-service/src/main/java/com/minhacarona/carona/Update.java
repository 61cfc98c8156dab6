package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateResponse;

/**
 * A state of a ride, and the message that tells of it: made once, however many streams send it.
 *
 * @param initial whether it was there when its stream began to follow the ride
 */
record Update(CaronaItem carona, boolean initial, CaronaUpdateResponse message) {

  static Update of(CaronaItem carona) {
    return of(carona, false);
  }

  static Update initial(CaronaItem carona) {
    return of(carona, true);
  }

  private static Update of(CaronaItem carona, boolean initial) {
    return new Update(carona, initial, UpdateProtos.state(carona, initial));
  }
}
