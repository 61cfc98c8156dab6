package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.table.CaronaPartition;
import com.minhacarona.table.CaronaPartition.Page;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReadableItems;
import com.minhacarona.table.ReservaItem;
import java.util.Optional;

/** Reads the reservations of a ride page by page. Thread-safe. */
final class ReservaList {
  /** More reservations than a ride can have confirmed, so that nearly every ride is one query. */
  private static final int PAGE = 100;

  private final Reads reads;
  private final SkippedItems skipped;

  @Inject
  ReservaList(Reads reads, SkippedItems skipped) {
    this.reads = reads;
    this.skipped = skipped;
  }

  /**
   * Reads a page with one query. The first page has the ride itself, unless there is no such ride.
   *
   * @param previous the page before; empty for the first page
   */
  Page page(String caronaId, Optional<Page> previous) {
    return CaronaPartition.page(
        reads.query(CaronaPartition.query(caronaId, previous).limit(PAGE)), skipped);
  }

  /** Reads a resident's reservation on a ride. */
  Optional<ReservaItem> reserva(String caronaId, String usuarioId) {
    return reads
        .item(Keys.reserva(caronaId, usuarioId), false)
        .flatMap(item -> ReadableItems.one(item, ReservaItem::from, skipped));
  }
}
