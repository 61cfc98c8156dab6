package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Reads many items of the table with one request. Thread-safe. */
public final class BatchReads {
  /** DynamoDB's limit for one request. */
  public static final int MAX_KEYS = 100;

  /** DynamoDB leaves keys unprocessed when capacity is short, and recommends pauses. */
  private static final Backoff AFTER_UNPROCESSED =
      new Backoff(Duration.ofMillis(50), Duration.ofMillis(400), 5);

  private final DynamoDbClient dynamoDb;
  private final Reads reads;
  private final String tableName;
  private final RandomGenerator random;

  @Inject
  BatchReads(DynamoDbClient dynamoDb, Reads reads, DynamoDbConfig config, RandomGenerator random) {
    this.dynamoDb = dynamoDb;
    this.reads = reads;
    this.tableName = config.tableName();
    this.random = random;
  }

  /**
   * Reads the items with these keys that are there, in no particular order.
   *
   * @param keys at most {@link #MAX_KEYS}, none of them twice
   * @param strong whether the read must see every write that was acknowledged before it; such a
   *     read costs twice as much
   * @throws io.grpc.StatusRuntimeException {@code RESOURCE_EXHAUSTED SOBRECARGA} when some keys
   *     stay unprocessed
   */
  public List<Map<String, AttributeValue>> get(
      List<Map<String, AttributeValue>> keys, boolean strong) {
    List<Map<String, AttributeValue>> items = new ArrayList<>(keys.size());
    Map<String, KeysAndAttributes> left =
        Map.of(tableName, KeysAndAttributes.builder().keys(keys).consistentRead(strong).build());
    for (int retry = 0; ; retry++) {
      Map<String, KeysAndAttributes> asked = left;
      BatchGetItemResponse response =
          reads.attempt(limits ->
              dynamoDb.batchGetItem(r -> r.requestItems(asked).overrideConfiguration(limits)));
      items.addAll(response.responses().getOrDefault(tableName, List.of()));
      left = response.unprocessedKeys();
      if (left.isEmpty()) {
        return items;
      }
      if (!AFTER_UNPROCESSED.pause(retry, random)) {
        throw Errors.throttled();
      }
    }
  }
}
