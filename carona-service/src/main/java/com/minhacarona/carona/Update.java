package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import org.jspecify.annotations.Nullable;

/**
 * A state of a ride, one object for all streams, and the messages that tell of it. Each message is
 * made when the first stream sends it, and kept for the others. Thread-safe: two streams that make
 * the same message at the same moment make it twice, which does no harm.
 */
final class Update {
  private final CaronaItem carona;
  private @Nullable UpdateMessage initial;
  private @Nullable UpdateMessage change;

  Update(CaronaItem carona) {
    this.carona = carona;
  }

  CaronaItem carona() {
    return carona;
  }

  /** Tells it as a state that was there when its stream began to follow the ride. */
  UpdateMessage initial() {
    UpdateMessage message = initial;
    if (message == null) {
      message = UpdateMessage.of(UpdateProtos.state(carona, true));
      initial = message;
    }
    return message;
  }

  /** Tells it as a change. */
  UpdateMessage change() {
    UpdateMessage message = change;
    if (message == null) {
      message = UpdateMessage.of(UpdateProtos.state(carona, false));
      change = message;
    }
    return message;
  }
}
