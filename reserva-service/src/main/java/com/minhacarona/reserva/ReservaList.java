package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.DynamoDbBudget;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.table.CaronaPartition;
import com.minhacarona.table.CaronaPartition.Page;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Reads the reservations of a ride page by page. Thread-safe. */
final class ReservaList {
  /** More reservations than a ride can have confirmed, so that nearly every ride is one query. */
  private static final int PAGE = 100;

  private final DynamoDbClient dynamoDb;
  private final DynamoDbBudget budget;
  private final String tableName;

  @Inject
  ReservaList(DynamoDbClient dynamoDb, DynamoDbBudget budget, DynamoDbConfig config) {
    this.dynamoDb = dynamoDb;
    this.budget = budget;
    this.tableName = config.tableName();
  }

  /**
   * Reads a page with one query. The first page has the ride itself, unless there is no such ride.
   *
   * @param previous the page before; empty for the first page
   */
  Page page(String caronaId, Optional<Page> previous) {
    return CaronaPartition.page(
        dynamoDb.query(
            CaronaPartition.query(tableName, caronaId, previous)
                .limit(PAGE)
                .overrideConfiguration(budget.read())
                .build()));
  }
}
