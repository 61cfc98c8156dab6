package com.minhacarona.table;

import static com.minhacarona.table.Attributes.GSI1PK;
import static com.minhacarona.table.Attributes.GSI1SHARD;
import static com.minhacarona.table.Attributes.GSI1SK;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The index of open rides by departure. A ride is in it exactly while its status is {@code ABERTA}.
 * The index projects keys only, so a booking writes to it only when it takes the last seat.
 */
public final class OpenCaronaIndex {
  public static final String NAME = "GSI1";

  /**
   * The number of partitions over which the open rides are spread. A partition takes 1,000 writes a
   * second (AWS, "Partitions and data distribution"), and the index gets one write for each ride
   * that opens, fills or closes. A ride keeps the shard that it was written with, so the number may
   * only grow, and readers must ask every shard.
   */
  public static final int SHARDS = 1;

  /** The key attributes of the index. A ride without them is not in the index. */
  public static final List<String> ATTRIBUTES = List.of(GSI1PK, GSI1SHARD, GSI1SK);

  private static final String OPEN = "STATUS#ABERTA";

  /** The index keys of an open ride: a value for each of {@link #ATTRIBUTES}. */
  public static Map<String, AttributeValue> keys(String caronaId, Instant partida) {
    return Map.of(
        GSI1PK, Values.s(OPEN),
        GSI1SHARD, Values.n(Math.floorMod(caronaId.hashCode(), SHARDS)),
        GSI1SK, Values.s(partida));
  }

  /** The partition key of one shard of the index, 0 to {@link #SHARDS} - 1. */
  public static Map<String, AttributeValue> partition(int shard) {
    return Map.of(GSI1PK, Values.s(OPEN), GSI1SHARD, Values.n(shard));
  }

  /**
   * The departure by which an item of the index is sorted.
   *
   * @throws UnreadableItemException when it is none
   */
  public static Instant partida(Map<String, AttributeValue> item) {
    return Values.text(item, GSI1SK, Values::instantOfKey);
  }

  private OpenCaronaIndex() {}
}
