package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateResponse;
import org.jspecify.annotations.Nullable;

/**
 * A state of a ride, and the message that tells of it. A change is one object for all streams, and
 * so is its message. A state that was there when its stream began to follow is made into a message
 * only when it is sent: thousands may wait for a client that does not read. Thread-safe.
 */
final class Update {
  private final CaronaItem carona;
  private final @Nullable CaronaUpdateResponse change;

  private Update(CaronaItem carona, @Nullable CaronaUpdateResponse change) {
    this.carona = carona;
    this.change = change;
  }

  /** A change. */
  static Update of(CaronaItem carona) {
    return new Update(carona, UpdateProtos.state(carona, false));
  }

  /** A state that was there when its stream began to follow the ride. */
  static Update initial(CaronaItem carona) {
    return new Update(carona, null);
  }

  CaronaItem carona() {
    return carona;
  }

  boolean initial() {
    return change == null;
  }

  CaronaUpdateResponse message() {
    return change == null ? UpdateProtos.state(carona, true) : change;
  }
}
