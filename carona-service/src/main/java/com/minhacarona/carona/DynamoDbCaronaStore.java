package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.DynamoDbBudget;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.Keys;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Keeps rides in the one table. */
final class DynamoDbCaronaStore implements CaronaStore {
  private static final int CARONA = 0;

  private final DynamoDbClient dynamoDb;
  private final Transactions transactions;
  private final DynamoDbBudget budget;
  private final String tableName;
  private final Clock clock;

  @Inject
  DynamoDbCaronaStore(
      DynamoDbClient dynamoDb,
      Transactions transactions,
      DynamoDbBudget budget,
      DynamoDbConfig config,
      Clock clock) {
    this.dynamoDb = dynamoDb;
    this.transactions = transactions;
    this.budget = budget;
    this.tableName = config.tableName();
    this.clock = clock;
  }

  @Override
  public CreateResult create(NewCarona newCarona) {
    CaronaItem carona = newCarona.aberta(clock.instant().truncatedTo(ChronoUnit.MILLIS));
    return switch (transactions.write(
        List.of(ConditionalPut.ofNew(tableName, carona.toItem()), putPointer(carona)))) {
      case Committed _ -> new CreateResult.Created(carona);
      case ConditionFailed(var reasons) -> {
        CaronaItem earlier = CaronaItem.from(reasons.get(CARONA).item());
        yield newCarona.isContentOf(earlier)
            ? new CreateResult.Repeated(earlier)
            : new CreateResult.RequestIdReutilizado(earlier);
      }
    };
  }

  @Override
  public Optional<CaronaItem> find(String caronaId, Freshness freshness) {
    Map<String, AttributeValue> item =
        dynamoDb
            .getItem(r ->
                r.tableName(tableName)
                    .key(Keys.carona(caronaId))
                    .consistentRead(freshness == Freshness.STRONG)
                    .overrideConfiguration(budget.read()))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(CaronaItem.from(item));
  }

  private TransactWriteItem putPointer(CaronaItem carona) {
    return TransactWriteItem.builder()
        .put(p -> p.tableName(tableName).item(carona.toPointer()))
        .build();
  }
}
