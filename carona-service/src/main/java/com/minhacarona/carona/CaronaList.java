package com.minhacarona.carona;

import static com.minhacarona.table.Attributes.GSI1PK;
import static com.minhacarona.table.Attributes.GSI1SHARD;
import static com.minhacarona.table.Attributes.GSI1SK;
import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import com.google.inject.Inject;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.dynamodb.BatchReads;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.OpenCaronaIndex;
import com.minhacarona.table.ReadableItems;
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
  private final SkippedItems skipped;

  @Inject
  CaronaList(Reads reads, BatchReads batchReads, SkippedItems skipped) {
    this.reads = reads;
    this.batchReads = batchReads;
    this.skipped = skipped;
  }

  /** Positions in the order of the list, and whether there are more. */
  record Positions(List<Position> positions, boolean more) {}

  /**
   * Finds the positions of rides in the order of departure, with one query unless none of the
   * positions that it finds can be read. A condominium's rides are found whatever their status,
   * rides of all condominiums only while they are open.
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
    query.limit(limit).consistentRead(freshness == Freshness.STRONG);
    boolean ofAll = filter.condominioId().isEmpty();
    List<Position> positions;
    QueryResponse response;
    do {
      response = reads.query(query);
      positions =
          ReadableItems.of(
              response.items(), ofAll ? CaronaList::fromIndex : CaronaList::fromPointer, skipped);
      // A list goes on behind its last position, so a page must have one.
      query.exclusiveStartKey(response.lastEvaluatedKey());
    } while (positions.isEmpty() && !response.lastEvaluatedKey().isEmpty());
    return new Positions(positions, !response.lastEvaluatedKey().isEmpty());
  }

  /**
   * Reads the rides at these positions, with one batch read.
   *
   * @return those that are still there and can be read, in the same order, each once
   */
  List<CaronaItem> caronas(List<Position> positions, Freshness freshness) {
    List<Map<String, AttributeValue>> keys =
        positions.stream().map(Position::caronaId).distinct().map(Keys::carona).toList();
    Map<String, CaronaItem> found = new HashMap<>();
    ReadableItems.of(batchReads.get(keys, freshness == Freshness.STRONG), CaronaItem::from, skipped)
        .forEach(carona -> found.put(carona.id(), carona));
    return positions.stream()
        .map(p -> found.remove(p.caronaId()))
        .filter(Objects::nonNull)
        .toList();
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
    return new Position(OpenCaronaIndex.partida(item), Keys.caronaId(item));
  }

  private static Position fromPointer(Map<String, AttributeValue> item) {
    return new Position(Keys.partidaOfPointer(item), Keys.caronaIdOfPointer(item));
  }
}
