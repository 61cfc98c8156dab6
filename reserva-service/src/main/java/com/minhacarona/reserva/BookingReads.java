package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.ReservaStore.Stored;
import com.minhacarona.runtime.dynamodb.BatchReads;
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

/** Reads rides and reservations strongly, so that every write before is seen. Thread-safe. */
final class BookingReads {
  private final DynamoDbClient dynamoDb;
  private final BatchReads batchReads;
  private final DynamoDbBudget budget;
  private final String tableName;

  @Inject
  BookingReads(
      DynamoDbClient dynamoDb,
      BatchReads batchReads,
      DynamoDbBudget budget,
      DynamoDbConfig config) {
    this.dynamoDb = dynamoDb;
    this.batchReads = batchReads;
    this.budget = budget;
    this.tableName = config.tableName();
  }

  /** Reads a ride and a resident's reservation on it: one request, 2 read units. */
  Stored both(String caronaId, String usuarioId) {
    Optional<CaronaItem> carona = Optional.empty();
    Optional<ReservaItem> reserva = Optional.empty();
    for (Map<String, AttributeValue> item :
        batchReads.get(List.of(Keys.carona(caronaId), Keys.reserva(caronaId, usuarioId)), true)) {
      if (Keys.isCarona(item)) {
        carona = Optional.of(CaronaItem.from(item));
      } else {
        reserva = Optional.of(ReservaItem.from(item));
      }
    }
    return new Stored(carona, reserva);
  }

  /** Reads a resident's reservation on a ride: one request, 1 read unit. */
  Optional<ReservaItem> reserva(String caronaId, String usuarioId) {
    var response =
        dynamoDb.getItem(r ->
            r.tableName(tableName)
                .key(Keys.reserva(caronaId, usuarioId))
                .consistentRead(true)
                .overrideConfiguration(budget.read()));
    return response.hasItem() ? Optional.of(ReservaItem.from(response.item())) : Optional.empty();
  }
}
