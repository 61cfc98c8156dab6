package com.minhacarona.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Without its database, DynamoDB Local does as it does with it. */
@Tag("dynamodb")
class DynamoDbInMemoryTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static final int TRANSACTIONS = 300;
  private static final int KEYS = 4;

  @Test
  void transactionsOfAllKinds_endAsWithTheDatabase_andLeaveTheSameItems() {
    DynamoDbInMemory inMemory = new DynamoDbInMemory();
    Random random = new Random(1);
    List<TransactWriteItemsRequest> sent = new ArrayList<>();
    List<String> ends = new ArrayList<>();
    for (int i = 0; i < TRANSACTIONS; i++) {
      // Some are sent again, with their token.
      TransactWriteItemsRequest request =
          !sent.isEmpty() && random.nextInt(5) == 0
              ? sent.get(random.nextInt(sent.size()))
              : request(random);
      sent.add(request);
      String end = end(LOCAL.client(), LOCAL.tableName(), request);
      assertThat(end(inMemory.client(), DynamoDbInMemory.TABLE, request))
          .as("%s", request)
          .isEqualTo(end);
      ends.add(end);
    }
    assertThat(ends)
        .as("some succeed, and others fail")
        .contains("OK")
        .anyMatch(end -> !end.equals("OK"));
    assertThat(items(inMemory.client(), DynamoDbInMemory.TABLE))
        .isEqualTo(items(LOCAL.client(), LOCAL.tableName()));
    inMemory.clear();
    assertThat(items(inMemory.client(), DynamoDbInMemory.TABLE)).isEmpty();
  }

  private static TransactWriteItemsRequest request(Random random) {
    List<TransactWriteItem> items = new ArrayList<>();
    int first = random.nextInt(KEYS);
    for (int i = 0; i < 2; i++) {
      items.add(item((first + i) % KEYS, random));
    }
    return TransactWriteItemsRequest.builder()
        .clientRequestToken(new UUID(random.nextLong(), random.nextLong()).toString())
        .transactItems(items)
        .build();
  }

  private static TransactWriteItem item(int key, Random random) {
    Map<String, AttributeValue> values = Map.of(":n", Values.n(random.nextInt(3)));
    return switch (random.nextInt(4)) {
      case 0 -> ConditionalPut.ofNew("t", with(key, 1));
      case 1 -> ConditionalPut.ofChanged("t", with(key, random.nextInt(3)), random.nextInt(3));
      case 2 ->
          TransactWriteItem.builder()
              .update(u ->
                  u.key(key(key))
                      .conditionExpression("versao >= :n")
                      .updateExpression("SET versao = versao - :n REMOVE GSI1PK")
                      .expressionAttributeValues(values)
                      .returnValuesOnConditionCheckFailure(
                          ReturnValuesOnConditionCheckFailure.ALL_OLD))
              .build();
      default ->
          TransactWriteItem.builder()
              .conditionCheck(c ->
                  c.key(key(key))
                      .conditionExpression("attribute_not_exists(PK) OR versao <> :n")
                      .expressionAttributeValues(values))
              .build();
    };
  }

  private static Map<String, AttributeValue> key(int key) {
    return Map.of("PK", Values.s("P"), "SK", Values.s("S" + key));
  }

  private static Map<String, AttributeValue> with(int key, int versao) {
    return Map.of("PK", Values.s("P"), "SK", Values.s("S" + key), "versao", Values.n(versao));
  }

  /** How it ended, with the reasons and the old items. */
  private static String end(
      DynamoDbClient client, String table, TransactWriteItemsRequest request) {
    List<TransactWriteItem> items =
        request.transactItems().stream()
            .map(item -> {
              TransactWriteItem.Builder copy = item.toBuilder();
              if (item.put() != null) {
                copy.put(item.put().toBuilder().tableName(table).build());
              }
              if (item.update() != null) {
                copy.update(item.update().toBuilder().tableName(table).build());
              }
              if (item.conditionCheck() != null) {
                copy.conditionCheck(item.conditionCheck().toBuilder().tableName(table).build());
              }
              return copy.build();
            })
            .toList();
    try {
      var _ = client.transactWriteItems(request.toBuilder().transactItems(items).build());
      return "OK";
    } catch (TransactionCanceledException e) {
      return e.cancellationReasons().stream()
          .map(reason -> reason.code() + " " + new TreeMap<>(reason.item()))
          .collect(Collectors.joining(", "));
    }
  }

  private static Set<Map<String, AttributeValue>> items(DynamoDbClient client, String table) {
    return client.scanPaginator(r -> r.tableName(table)).items().stream()
        .collect(Collectors.toSet());
  }
}
