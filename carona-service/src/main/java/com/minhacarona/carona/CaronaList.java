package com.minhacarona.carona;

import static com.minhacarona.table.Attributes.CARONA_ID;
import static com.minhacarona.table.Attributes.GSI1PK;
import static com.minhacarona.table.Attributes.GSI1SHARD;
import static com.minhacarona.table.Attributes.GSI1SK;
import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import com.google.inject.Inject;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.dynamodb.BatchReads;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.OpenCaronaIndex;
import com.minhacarona.table.Values;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * Finds rides by condominium and departure. The positions of a condominium's rides are its
 * pointers, those of all open rides are in the index, and the rides themselves are read in a second
 * step. Thread-safe.
 */
final class CaronaList {
  /** Is later than any departure that can be offered. */
  private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

  private final Reads reads;
  private final BatchReads batchReads;

  @Inject
  CaronaList(Reads reads, BatchReads batchReads) {
    this.reads = reads;
    this.batchReads = batchReads;
  }

  /** Positions in the order of the list, and whether there are more. */
  record Positions(List<Position> positions, boolean more) {}

  /**
   * Finds the positions of rides in the order of departure, with one query. A condominium's rides
   * are found whatever their status, rides of all condominiums only while they are open.
   *
   * @param from the first departure
   * @param after the position to continue behind; it may lie outside of what is looked for, because
   *     a ride departs while somebody pages through a list
   * @param limit the most positions to return
   * @param freshness must be eventual for all condominiums, because indexes have no strong reads
   */
  Positions positions(
      Filter filter, Instant from, Optional<Position> after, int limit, Freshness freshness) {
    Instant until = filter.ate().orElse(END);
    Instant first = wholeMillis(from);
    // DynamoDB refuses to start at a key outside of the query's range. Whoever comes from before
    // the range gets all of it, and whoever comes from behind gets nothing.
    if (!first.isBefore(until) || after.map(p -> !p.partida().isBefore(until)).orElse(false)) {
      return new Positions(List.of(), false);
    }
    Optional<Position> start = after.filter(p -> !p.partida().isBefore(first));
    QueryRequest.Builder query =
        filter
            .condominioId()
            .map(condominioId -> ofCondominio(condominioId, first, until, start))
            .orElseGet(() -> ofAll(first, until, start));
    QueryResponse response =
        reads.query(query.limit(limit).consistentRead(freshness == Freshness.STRONG));
    boolean ofAll = filter.condominioId().isEmpty();
    List<Position> positions =
        response.items().stream().map(item -> ofAll ? fromIndex(item) : fromPointer(item)).toList();
    return new Positions(positions, !response.lastEvaluatedKey().isEmpty());
  }

  /**
   * Reads the rides at these positions, with one batch read.
   *
   * @return those that are still there, in the same order
   */
  List<CaronaItem> caronas(List<Position> positions, Freshness freshness) {
    List<Map<String, AttributeValue>> keys =
        positions.stream().map(p -> Keys.carona(p.caronaId())).toList();
    Map<String, CaronaItem> found = new HashMap<>();
    for (Map<String, AttributeValue> item : batchReads.get(keys, freshness == Freshness.STRONG)) {
      CaronaItem carona = CaronaItem.from(item);
      found.put(carona.id(), carona);
    }
    return positions.stream().map(p -> found.get(p.caronaId())).filter(Objects::nonNull).toList();
  }

  /** The first instant from here on at which a ride can depart. */
  private static Instant wholeMillis(Instant from) {
    Instant cut = from.truncatedTo(ChronoUnit.MILLIS);
    return cut.equals(from) ? from : cut.plusMillis(1);
  }

  private static QueryRequest.Builder ofCondominio(
      String condominioId, Instant from, Instant until, Optional<Position> after) {
    QueryRequest.Builder query =
        QueryRequest.builder()
            .keyConditionExpression("%s = :pk AND %s BETWEEN :from AND :until".formatted(PK, SK))
            .expressionAttributeValues(
                Map.of(
                    ":pk", Keys.pointerPartition(condominioId),
                    ":from", Keys.pointersFrom(from),
                    ":until", Keys.pointersFrom(until)));
    after.ifPresent(
        p -> query.exclusiveStartKey(Keys.pointer(condominioId, p.partida(), p.caronaId())));
    return query;
  }

  private static QueryRequest.Builder ofAll(Instant from, Instant until, Optional<Position> after) {
    Map<String, AttributeValue> partition = OpenCaronaIndex.partition(0);
    QueryRequest.Builder query =
        QueryRequest.builder()
            .indexName(OpenCaronaIndex.NAME)
            .keyConditionExpression(
                "%s = :pk AND %s = :shard AND %s BETWEEN :from AND :last"
                    .formatted(GSI1PK, GSI1SHARD, GSI1SK))
            .expressionAttributeValues(
                Map.of(
                    ":pk", partition.get(GSI1PK),
                    ":shard", partition.get(GSI1SHARD),
                    ":from", Values.s(from),
                    ":last", Values.s(until.minusMillis(1))));
    after.ifPresent(p -> {
      Map<String, AttributeValue> start = new HashMap<>(Keys.carona(p.caronaId()));
      start.putAll(OpenCaronaIndex.keys(p.caronaId(), p.partida()));
      query.exclusiveStartKey(start);
    });
    return query;
  }

  private static Position fromIndex(Map<String, AttributeValue> item) {
    return new Position(Instant.parse(item.get(GSI1SK).s()), Keys.caronaId(item));
  }

  private static Position fromPointer(Map<String, AttributeValue> item) {
    return new Position(Keys.partidaOfPointer(item), item.get(CARONA_ID).s());
  }
}
