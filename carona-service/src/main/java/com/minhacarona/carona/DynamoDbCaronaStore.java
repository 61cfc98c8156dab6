package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.runtime.dynamodb.Writing;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.Keys;
import com.minhacarona.table.OpenCaronaIndex;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Keeps rides in the one table. */
final class DynamoDbCaronaStore implements CaronaStore {
  private static final int CARONA = 0;

  private final Reads reads;
  private final Transactions transactions;
  private final String tableName;
  private final int shards;
  private final Clock clock;

  @Inject
  DynamoDbCaronaStore(
      Reads reads,
      Transactions transactions,
      DynamoDbConfig table,
      CaronaConfig config,
      Clock clock) {
    this.reads = reads;
    this.transactions = transactions;
    this.tableName = table.tableName();
    this.shards = config.shards();
    this.clock = clock;
  }

  @Override
  public CreateResult create(NewCarona newCarona) {
    CaronaItem carona = newCarona.aberta(clock.instant().truncatedTo(ChronoUnit.MILLIS));
    List<TransactWriteItem> items =
        List.of(
            ConditionalPut.ofNew(
                tableName, carona.toItem(OpenCaronaIndex.shardOf(carona.id(), shards))),
            putPointer(carona));
    return transactions.carryOut(writing ->
        switch (writing.write(items)) {
          case Committed _ -> new CreateResult.Created(carona);
          case ConditionFailed(var reasons) ->
              judge(newCarona, CaronaItem.from(reasons.get(CARONA).item()), writing);
        });
  }

  private static CreateResult judge(NewCarona newCarona, CaronaItem earlier, Writing writing) {
    CreateResult result = newCarona.meets(earlier);
    return switch (result) {
      case CreateResult.Created _, CreateResult.Repeated _ -> result;
      case CreateResult.RequestIdReutilizado _ -> writing.negative(result);
    };
  }

  @Override
  public Optional<CaronaItem> find(String caronaId, Freshness freshness) {
    return reads.item(Keys.carona(caronaId), freshness == Freshness.STRONG).map(CaronaItem::from);
  }

  private TransactWriteItem putPointer(CaronaItem carona) {
    return TransactWriteItem.builder()
        .put(p -> p.tableName(tableName).item(carona.toPointer()))
        .build();
  }
}
