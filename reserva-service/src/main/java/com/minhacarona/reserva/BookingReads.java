package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.runtime.DynamoDbBudget;
import com.minhacarona.runtime.DynamoDbConfig;
import com.minhacarona.runtime.Errors;
import com.minhacarona.table.Attributes;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReservaItem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** The strong reads by which a refusal is made certain. Thread-safe. */
final class BookingReads {
  private final DynamoDbClient dynamoDb;
  private final DynamoDbBudget budget;
  private final String tableName;

  @Inject
  BookingReads(DynamoDbClient dynamoDb, DynamoDbBudget budget, DynamoDbConfig config) {
    this.dynamoDb = dynamoDb;
    this.budget = budget;
    this.tableName = config.tableName();
  }

  /** What is stored of a booking's two items. */
  record Stored(Optional<CaronaItem> carona, Optional<ReservaItem> reserva) {}

  /** The ride, and the resident's reservation on it: one request, 2 read units. */
  Stored both(NovaReserva nova) {
    Map<String, AttributeValue> rideKey = Keys.carona(nova.caronaId());
    Map<String, AttributeValue> reservationKey = Keys.reserva(nova.caronaId(), nova.usuarioId());
    KeysAndAttributes keys =
        KeysAndAttributes.builder()
            .keys(List.of(rideKey, reservationKey))
            .consistentRead(true)
            .build();
    var response =
        dynamoDb.batchGetItem(
            r -> r.requestItems(Map.of(tableName, keys)).overrideConfiguration(budget.read()));
    if (!response.unprocessedKeys().isEmpty()) {
      throw Errors.throttled();
    }
    List<Map<String, AttributeValue>> items =
        response.responses().getOrDefault(tableName, List.of());
    return new Stored(
        withKey(items, rideKey).map(CaronaItem::from),
        withKey(items, reservationKey).map(ReservaItem::from));
  }

  /** The resident's reservation on the ride: 1 read unit. */
  Optional<ReservaItem> reservation(NovaReserva nova) {
    var response =
        dynamoDb.getItem(r ->
            r.tableName(tableName)
                .key(Keys.reserva(nova.caronaId(), nova.usuarioId()))
                .consistentRead(true)
                .overrideConfiguration(budget.read()));
    return response.hasItem() ? Optional.of(ReservaItem.from(response.item())) : Optional.empty();
  }

  private static Optional<Map<String, AttributeValue>> withKey(
      List<Map<String, AttributeValue>> items, Map<String, AttributeValue> key) {
    return items.stream()
        .filter(item -> item.get(Attributes.SK).equals(key.get(Attributes.SK)))
        .findFirst();
  }
}
