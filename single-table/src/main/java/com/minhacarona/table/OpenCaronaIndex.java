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
 *
 * <p>The index is spread over shards, partitions of which each takes 1,000 writes a second (AWS,
 * "Partitions and data distribution"); it gets one write for each ride that opens, fills or closes.
 * A ride has the shard that it was created in for as long as it may open again, whatever the number
 * of shards is by then. So no ride is in two shards, or moves from one to the other while somebody
 * lists them, and readers must ask every shard that was ever written to.
 */
public final class OpenCaronaIndex {
  public static final String NAME = "GSI1";

  /** The shard that there always is. Without another number of shards, every ride is in it. */
  public static final int FIRST_SHARD = 0;

  /** The most shards: a list asks each of them, and 64 take 64,000 writes a second. */
  public static final int MAX_SHARDS = 64;

  /** The key attributes of the index. */
  public static final List<String> ATTRIBUTES = List.of(GSI1PK, GSI1SHARD, GSI1SK);

  /** Those that a ride has only while it is open. Without them it is not in the index. */
  public static final List<String> WHILE_OPEN = List.of(GSI1PK, GSI1SK);

  private static final String OPEN = "STATUS#ABERTA";

  /**
   * The shard of a new ride.
   *
   * @param shards over how many shards new rides are spread
   */
  public static int shardOf(String caronaId, int shards) {
    return Math.floorMod(caronaId.hashCode(), shards);
  }

  /** The index keys of an open ride: a value for each of {@link #ATTRIBUTES}. */
  public static Map<String, AttributeValue> keys(int shard, Instant partida) {
    return Map.of(GSI1PK, Values.s(OPEN), GSI1SHARD, Values.n(shard), GSI1SK, Values.s(partida));
  }

  /** The partition key of one shard of the index. */
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
