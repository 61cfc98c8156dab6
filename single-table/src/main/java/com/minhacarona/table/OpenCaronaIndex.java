package com.minhacarona.table;

import static com.minhacarona.table.Attributes.GSI1PK;
import static com.minhacarona.table.Attributes.GSI1SHARD;
import static com.minhacarona.table.Attributes.GSI1SK;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The index of open rides by departure. A ride is in it exactly while its status is {@code ABERTA},
 * and it projects nothing but keys, so a booking writes it only when it takes the last seat.
 */
public final class OpenCaronaIndex {
  public static final String NAME = "GSI1";

  /**
   * Over how many partitions the open rides are spread. A partition takes 1,000 writes a second
   * (AWS, "Partitions and data distribution"), and the index sees one for each ride that opens,
   * fills or closes. Rides keep the shard that they were written with: the number may only grow,
   * and readers ask every shard.
   */
  public static final int SHARDS = 1;

  /** The attributes that place a ride in the index; without them it is not in it. */
  public static final List<String> ATTRIBUTES = List.of(GSI1PK, GSI1SHARD, GSI1SK);

  private static final String OPEN = "STATUS#ABERTA";

  /** The values of {@link #ATTRIBUTES} for an open ride. */
  public static Map<String, AttributeValue> keys(String caronaId, Instant partida) {
    return Map.of(
        GSI1PK, Values.s(OPEN),
        GSI1SHARD, Values.n(Math.floorMod(caronaId.hashCode(), SHARDS)),
        GSI1SK, Values.s(partida));
  }

  /** The partition of a shard of the index. */
  public static Map<String, AttributeValue> partition(int shard) {
    return Map.of(GSI1PK, Values.s(OPEN), GSI1SHARD, Values.n(shard));
  }

  private OpenCaronaIndex() {}
}
