package com.minhacarona.carona.feed;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.runtime.process.BackgroundLoop;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReadableItems;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Reads the table's stream itself. DynamoDB allows two readers of a shard (developer guide,
 * "Reading and processing a stream"), so this feed is for one or two tasks.
 */
final class DynamoDbStreamsFeed implements CaronaFeed {
  /** Five reads a second are allowed for a shard, and two tasks share them. */
  private static final Duration BETWEEN_READS = Duration.ofMillis(400);

  /** New shards are read from their beginning, so finding one seconds late loses nothing. */
  private static final int READS_BETWEEN_SHARD_LISTS = 25;

  private final DynamoDbClient dynamoDb;
  private final DynamoDbStreamsClient streams;
  private final SkippedItems skipped;
  private final String tableName;
  private final Map<String, String> iterators = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private BackgroundLoop loop;

  @Inject
  DynamoDbStreamsFeed(
      DynamoDbClient dynamoDb,
      DynamoDbStreamsClient streams,
      SkippedItems skipped,
      DynamoDbConfig config) {
    this.dynamoDb = dynamoDb;
    this.streams = streams;
    this.skipped = skipped;
    this.tableName = config.tableName();
  }

  @Override
  public void start(Listener listener) {
    loop = BackgroundLoop.start("stream-reader", () -> read(listener));
  }

  @Override
  public void stop() {
    loop.stop();
    streams.close();
  }

  /**
   * Reads from now on, until it throws because an iterator expired, data was trimmed, or the stream
   * is out of reach; then it is called again.
   */
  private void read(Listener listener) throws InterruptedException {
    String stream = dynamoDb.describeTable(r -> r.tableName(tableName)).table().latestStreamArn();
    iterators.clear();
    seen.clear();
    addShards(stream, ShardIteratorType.LATEST);
    // The iterators see every change from here on. Changes before that may have been missed.
    listener.gap();
    for (int reads = 1; ; reads++) {
      boolean aShardEnded = false;
      for (String shard : List.copyOf(iterators.keySet())) {
        aShardEnded |= !readOn(shard, listener);
      }
      if (aShardEnded || iterators.isEmpty() || reads % READS_BETWEEN_SHARD_LISTS == 0) {
        addShards(stream, ShardIteratorType.TRIM_HORIZON);
      }
      Thread.sleep(BETWEEN_READS);
    }
  }

  private void addShards(String stream, ShardIteratorType from) {
    String after = null;
    do {
      String last = after;
      DescribeStreamResponse page =
          streams.describeStream(r -> r.streamArn(stream).exclusiveStartShardId(last));
      for (Shard shard : page.streamDescription().shards()) {
        boolean ended = shard.sequenceNumberRange().endingSequenceNumber() != null;
        boolean isNew = seen.add(shard.shardId());
        if (isNew && !(ended && from == ShardIteratorType.LATEST)) {
          iterators.put(
              shard.shardId(),
              streams
                  .getShardIterator(
                      r -> r.streamArn(stream).shardId(shard.shardId()).shardIteratorType(from))
                  .shardIterator());
        }
      }
      after = page.streamDescription().lastEvaluatedShardId();
    } while (after != null);
  }

  /** Tells of the changes that a shard has, and returns false when the shard has ended. */
  private boolean readOn(String shard, Listener listener) {
    GetRecordsResponse response = streams.getRecords(r -> r.shardIterator(iterators.get(shard)));
    for (Record record : response.records()) {
      Map<String, AttributeValue> image = record.dynamodb().newImage();
      // A removal is an expiry: rides are never deleted otherwise.
      if (record.eventName() != OperationType.REMOVE && Keys.isCarona(image)) {
        ReadableItems.one(image, CaronaItem::from, skipped).ifPresent(listener::changed);
      }
    }
    if (response.nextShardIterator() == null) {
      iterators.remove(shard);
      return false;
    }
    iterators.put(shard, response.nextShardIterator());
    return true;
  }
}
