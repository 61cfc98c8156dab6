package com.minhacarona.carona;

import com.minhacarona.table.OpenCaronaIndex;
import java.time.Instant;
import java.util.Optional;

/**
 * What one query after another reads of a list: the rides of a condominium, or one shard of the
 * open rides of all.
 *
 * @param condominioId of all condominiums when empty
 * @param from the first departure, in whole milliseconds
 * @param until the first departure that is too late
 * @param after the position to continue behind, if it is in this part
 */
record Part(
    Optional<String> condominioId,
    int shard,
    Instant from,
    Instant until,
    Optional<Position> after) {

  /** The rides of a condominium. */
  static Part ofCondominio(
      String condominioId, Instant from, Instant until, Optional<Position> after) {
    return new Part(
            Optional.of(condominioId), OpenCaronaIndex.FIRST_SHARD, from, until, Optional.empty())
        .behind(after);
  }

  /** One shard of the open rides. */
  static Part ofShard(int shard, Instant from, Instant until, Optional<Position> after) {
    return new Part(Optional.empty(), shard, from, until, Optional.empty()).behind(after);
  }

  /**
   * What is left of this part in a list that goes on behind a position. The position may lie
   * outside of what is looked for, because a ride departs while somebody pages through a list.
   * DynamoDB refuses to start at such a key: whoever comes from before gets all, and whoever comes
   * from behind gets nothing.
   */
  Part behind(Optional<Position> position) {
    if (position.isEmpty() || position.get().partida().isBefore(from)) {
      return this;
    }
    Instant partida = position.get().partida();
    int order = Integer.compare(shard, position.get().shard());
    // Of one departure, the rides of the shards before have been listed, and none of those behind.
    return order == 0
        ? new Part(condominioId, shard, from, until, position)
        : new Part(
            condominioId,
            shard,
            order < 0 ? partida.plusMillis(1) : partida,
            until,
            Optional.empty());
  }

  /** Whether no ride can be in it. */
  boolean isEmpty() {
    return !from.isBefore(until) || after.map(p -> !p.partida().isBefore(until)).orElse(false);
  }
}
