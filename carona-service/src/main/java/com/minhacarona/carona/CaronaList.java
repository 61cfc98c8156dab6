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
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * Finds rides by condominium and departure. The positions of a condominium's rides are its
 * pointers, those of all open rides are in the shards of the index, and the rides themselves are
 * read in a second step. Thread-safe.
 */
final class CaronaList {
  /** Is later than any departure that can be offered. */
  private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

  private final Reads reads;
  private final BatchReads batchReads;
  private final SkippedItems skipped;
  private final int shards;
  private final ListLimits limits;
  private final ExecutorService callExecutor;

  @Inject
  CaronaList(
      Reads reads,
      BatchReads batchReads,
      SkippedItems skipped,
      CaronaConfig config,
      ListLimits limits,
      ExecutorService callExecutor) {
    this.reads = reads;
    this.batchReads = batchReads;
    this.skipped = skipped;
    this.shards = config.shardsRead();
    this.limits = limits;
    this.callExecutor = callExecutor;
  }

  /** Positions in the order of the list, and whether there are more. */
  record Positions(List<Position> positions, boolean more) {}

  /**
   * The positions of rides in the order of departure. A condominium's rides are found whatever
   * their status, rides of all condominiums only while they are open. To be read within a turn of
   * {@link ListLimits}.
   *
   * @param from the first departure
   * @param after the position to continue behind
   */
  MergedPositions positions(Filter filter, Instant from, Optional<Position> after) {
    return new MergedPositions(
        parts(filter, from, after),
        (part, limit) -> positions(part, limit, Freshness.EVENTUAL),
        questions -> limits.together(questions, callExecutor));
  }

  /** The parts of a list, which each have their rides in the list's order. */
  List<Part> parts(Filter filter, Instant from, Optional<Position> after) {
    Instant first = wholeMillis(from);
    Instant until = filter.ate().orElse(END);
    return filter
        .condominioId()
        .map(condominio -> List.of(Part.ofCondominio(condominio, first, until, after)))
        .orElseGet(() ->
            IntStream.range(OpenCaronaIndex.FIRST_SHARD, shards)
                .mapToObj(shard -> Part.ofShard(shard, first, until, after))
                .toList());
  }

  /**
   * Finds positions of one part, with one query unless none of the positions that it finds can be
   * read.
   *
   * @param limit the most positions to return
   * @param freshness must be eventual for all condominiums, because indexes have no strong reads
   */
  Positions positions(Part part, int limit, Freshness freshness) {
    if (part.isEmpty()) {
      return new Positions(List.of(), false);
    }
    QueryRequest.Builder query =
        part.condominioId()
            .map(condominioId -> ofCondominio(condominioId, part))
            .orElseGet(() -> ofShard(part));
    query.limit(limit).consistentRead(freshness == Freshness.STRONG);
    Function<Map<String, AttributeValue>, Position> position =
        part.condominioId().isEmpty()
            ? item -> new Position(OpenCaronaIndex.partida(item), part.shard(), Keys.caronaId(item))
            : CaronaList::fromPointer;
    List<Position> positions;
    QueryResponse response;
    do {
      response = reads.query(query);
      positions = ReadableItems.of(response.items(), position, skipped);
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

  private static QueryRequest.Builder ofCondominio(String condominioId, Part part) {
    QueryRequest.Builder query =
        QueryRequest.builder()
            .keyConditionExpression("%s = :pk AND %s BETWEEN :from AND :until".formatted(PK, SK))
            .expressionAttributeValues(
                Map.of(
                    ":pk", Keys.pointerPartition(condominioId),
                    ":from", Keys.pointersFrom(part.from()),
                    ":until", Keys.pointersFrom(part.until())));
    part.after()
        .ifPresent(
            p -> query.exclusiveStartKey(Keys.pointer(condominioId, p.partida(), p.caronaId())));
    return query;
  }

  private static QueryRequest.Builder ofShard(Part part) {
    Map<String, AttributeValue> partition = OpenCaronaIndex.partition(part.shard());
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
                    ":from", Values.s(part.from()),
                    ":last", Values.s(part.until().minusMillis(1))));
    part.after()
        .ifPresent(p -> {
          Map<String, AttributeValue> start = new HashMap<>(Keys.carona(p.caronaId()));
          start.putAll(OpenCaronaIndex.keys(part.shard(), p.partida()));
          query.exclusiveStartKey(start);
        });
    return query;
  }

  private static Position fromPointer(Map<String, AttributeValue> item) {
    return new Position(Keys.partidaOfPointer(item), Keys.caronaIdOfPointer(item));
  }
}
