package com.minhacarona.reserva;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.DynamoDbBudget;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReservaItem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** A ride's partition holds the ride first and its reservations after it, by resident. */
final class DynamoDbReservaList implements ReservaList {
  /** More than a ride can have confirmed, so that nearly every ride is one query. */
  private static final int PAGE = 100;

  private final DynamoDbClient dynamoDb;
  private final DynamoDbBudget budget;
  private final String tableName;

  @Inject
  DynamoDbReservaList(DynamoDbClient dynamoDb, DynamoDbBudget budget, DynamoDbConfig config) {
    this.dynamoDb = dynamoDb;
    this.budget = budget;
    this.tableName = config.tableName();
  }

  @Override
  public Optional<First> first(String caronaId) {
    QueryResponse response = query(caronaId, Map.of());
    List<Map<String, AttributeValue>> items = response.items();
    if (items.isEmpty() || !Keys.isCarona(items.getFirst())) {
      return Optional.empty();
    }
    return Optional.of(
        new First(
            CaronaItem.from(items.getFirst()), page(items.subList(1, items.size()), response)));
  }

  @Override
  public Page next(ReservaItem after) {
    QueryResponse response =
        query(after.caronaId(), Keys.reserva(after.caronaId(), after.usuarioId()));
    return page(response.items(), response);
  }

  private static Page page(List<Map<String, AttributeValue>> items, QueryResponse response) {
    return new Page(
        items.stream().map(ReservaItem::from).toList(), !response.lastEvaluatedKey().isEmpty());
  }

  private QueryResponse query(String caronaId, Map<String, AttributeValue> after) {
    return dynamoDb.query(r ->
        r.tableName(tableName)
            .keyConditionExpression("%s = :ride AND %s >= :first".formatted(PK, SK))
            .expressionAttributeValues(
                Map.of(":ride", Keys.caronaPartition(caronaId), ":first", Keys.caronaSortKey()))
            .exclusiveStartKey(after.isEmpty() ? null : after)
            .limit(PAGE)
            .overrideConfiguration(budget.read()));
  }
}
