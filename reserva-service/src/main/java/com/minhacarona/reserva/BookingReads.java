package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.ReservaStore.Stored;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReservaItem;
import java.util.Optional;

/** Reads rides and reservations strongly, so that every write before is seen. Thread-safe. */
final class BookingReads {
  private final Reads reads;

  @Inject
  BookingReads(Reads reads) {
    this.reads = reads;
  }

  /**
   * Reads a ride, and then a resident's reservation on it: two requests, 2 read units. One batch
   * would read them in any order, and a refusal that rests on both could then be true at no moment.
   */
  Stored oneAfterTheOther(String caronaId, String usuarioId) {
    Optional<CaronaItem> carona = reads.item(Keys.carona(caronaId), true).map(CaronaItem::from);
    return new Stored(carona, reserva(caronaId, usuarioId));
  }

  /** Reads a resident's reservation on a ride: one request, 1 read unit. */
  Optional<ReservaItem> reserva(String caronaId, String usuarioId) {
    return reads.item(Keys.reserva(caronaId, usuarioId), true).map(ReservaItem::from);
  }
}
