package com.minhacarona.table;

import static com.minhacarona.table.Attributes.CONDOMINIO_ID;
import static com.minhacarona.table.Attributes.MOTORISTA_ID;
import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * The partition of one ride. A query reads the ride first and its reservations after it, in the
 * order of the residents' ids.
 */
public final class CaronaPartition {

  /**
   * The items of one query.
   *
   * @param caronaItem the ride as it is stored; empty on a later page, and when there is no such
   *     ride
   * @param reservas without those that cannot be read
   * @param lastKey the key that the next page begins after; empty on the last page
   */
  public record Page(
      Optional<Map<String, AttributeValue>> caronaItem,
      List<ReservaItem> reservas,
      Map<String, AttributeValue> lastKey) {

    /**
     * The ride; empty like {@link #caronaItem}.
     *
     * @throws UnreadableItemException when this version cannot read it
     */
    public Optional<CaronaItem> carona() {
      return caronaItem.map(CaronaItem::from);
    }

    /**
     * The ride's condominium, for whoever needs nothing else of the ride; empty like {@link
     * #caronaItem}.
     *
     * @throws UnreadableItemException when this version cannot read it
     */
    public Optional<String> condominioId() {
      return caronaItem.map(item -> Values.string(item, CONDOMINIO_ID));
    }

    /**
     * The ride's driver, likewise.
     *
     * @throws UnreadableItemException when this version cannot read it
     */
    public Optional<String> motoristaId() {
      return caronaItem.map(item -> Values.string(item, MOTORISTA_ID));
    }

    /** Whether there may be more reservations after this page. */
    public boolean more() {
      return !lastKey.isEmpty();
    }
  }

  /**
   * Asks for a page of the partition. The caller adds the table, and how fresh and how long the
   * page must be.
   *
   * @param previous the page before; empty to begin with the ride
   */
  public static QueryRequest.Builder query(String caronaId, Optional<Page> previous) {
    QueryRequest.Builder query =
        QueryRequest.builder()
            .keyConditionExpression("%s = :partition AND %s >= :carona".formatted(PK, SK))
            .expressionAttributeValues(
                Map.of(
                    ":partition", Keys.caronaPartition(caronaId), ":carona", Keys.caronaSortKey()));
    previous.ifPresent(page -> query.exclusiveStartKey(page.lastKey()));
    return query;
  }

  /**
   * The page that answers a {@link #query}.
   *
   * @param skipped is told of reservations that cannot be read
   */
  public static Page page(
      QueryResponse response, Consumer<? super UnreadableItemException> skipped) {
    Optional<Map<String, AttributeValue>> carona = Optional.empty();
    List<ReservaItem> reservas = new ArrayList<>(response.count());
    for (Map<String, AttributeValue> item : response.items()) {
      if (Keys.isCarona(item)) {
        carona = Optional.of(item);
      } else {
        ReadableItems.one(item, ReservaItem::from, skipped).ifPresent(reservas::add);
      }
    }
    return new Page(carona, List.copyOf(reservas), response.lastEvaluatedKey());
  }

  private CaronaPartition() {}
}
