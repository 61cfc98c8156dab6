package com.minhacarona.carona;

import com.minhacarona.table.OpenCaronaIndex;
import java.time.Instant;
import java.util.Comparator;

/**
 * Where a ride is in a list. Rides are in the order of departure, those of one departure in the
 * order of their shards, and those of one shard in DynamoDB's own, which a query alone knows.
 *
 * @param shard the first one in the list of a condominium, which has no shards
 */
record Position(Instant partida, int shard, String caronaId) {
  /** As far as it is known without a query. */
  static final Comparator<Position> ORDER =
      Comparator.comparing(Position::partida).thenComparingInt(Position::shard);

  /** A position in the first shard. */
  Position(Instant partida, String caronaId) {
    this(partida, OpenCaronaIndex.FIRST_SHARD, caronaId);
  }
}
