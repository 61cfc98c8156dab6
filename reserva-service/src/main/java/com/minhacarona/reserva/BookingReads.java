package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.ReservaStore.Stored;
import com.minhacarona.runtime.dynamodb.BatchReads;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReservaItem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads rides and reservations strongly, so that every write before is seen. Thread-safe. */
final class BookingReads {
  private final Reads reads;
  private final BatchReads batchReads;

  @Inject
  BookingReads(Reads reads, BatchReads batchReads) {
    this.reads = reads;
    this.batchReads = batchReads;
  }

  /**
   * Reads a ride and a resident's reservation on it: one request, 2 read units. A batch is no
   * snapshot: either may have changed before the other was read.
   */
  Stored both(String caronaId, String usuarioId) {
    Optional<CaronaItem> carona = Optional.empty();
    Optional<ReservaItem> reserva = Optional.empty();
    for (Map<String, AttributeValue> item :
        batchReads.get(List.of(Keys.carona(caronaId), Keys.reserva(caronaId, usuarioId)), true)) {
      if (Keys.isCarona(item)) {
        carona = Optional.of(CaronaItem.from(item));
      } else {
        reserva = Optional.of(ReservaItem.from(item));
      }
    }
    return new Stored(carona, reserva);
  }

  /** Reads a ride, and then a resident's reservation on it: two requests, 2 read units. */
  Stored oneAfterTheOther(String caronaId, String usuarioId) {
    Optional<CaronaItem> carona = reads.item(Keys.carona(caronaId), true).map(CaronaItem::from);
    return new Stored(carona, reserva(caronaId, usuarioId));
  }

  /** Reads a resident's reservation on a ride: one request, 1 read unit. */
  Optional<ReservaItem> reserva(String caronaId, String usuarioId) {
    return reads.item(Keys.reserva(caronaId, usuarioId), true).map(ReservaItem::from);
  }
}
