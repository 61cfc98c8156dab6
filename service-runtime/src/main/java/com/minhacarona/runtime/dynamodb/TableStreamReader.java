package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import com.minhacarona.runtime.process.BackgroundLoop;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Reads the table's stream itself, on a thread of its own. DynamoDB allows two readers of a shard
 * (developer guide, "Reading and processing a stream"), so this is for one task or two. Changes of
 * one item are told in their order.
 */
public final class TableStreamReader {
  private static final Logger LOG = LoggerFactory.getLogger(TableStreamReader.class);

  /** Five reads a second are allowed for a shard, and two tasks share them. */
  private static final Duration BETWEEN_READS = Duration.ofMillis(400);

  /** New shards are read from their beginning, so finding one seconds late loses nothing. */
  private static final int READS_BETWEEN_SHARD_LISTS = 25;

  private final DynamoDbClient dynamoDb;
  private final DynamoDbStreamsClient streams;
  private final String tableName;

  /** Of the shards that are being read. */
  private final Map<String, String> iterators = new LinkedHashMap<>();

  /** The last record that was told of each shard that is being read; empty before the first. */
  private final Map<String, Optional<String>> told = new LinkedHashMap<>();

  private final Set<String> seen = new HashSet<>();
  private String stream = "";
  private BackgroundLoop loop;

  /** A reader that closes its client of the stream when it stops. */
  @Inject
  public TableStreamReader(
      DynamoDbClient dynamoDb, DynamoDbStreamsClient streams, DynamoDbConfig config) {
    this.dynamoDb = dynamoDb;
    this.streams = streams;
    this.tableName = config.tableName();
  }

  /** Hears changes, on one thread. */
  @FunctionalInterface
  public interface Listener {

    /** Tells one change. If this throws, the reader begins anew after a pause. */
    void changed(TableChange change) throws InterruptedException;

    /** Says that changes may have been missed up to now. */
    default void gap() {}
  }

  /**
   * Begins to tell what changes from now on. After trouble it begins anew: it tells of a gap, and
   * then what changes from then on.
   */
  public void start(Listener listener) {
    loop =
        BackgroundLoop.start(
            "stream-reader",
            () -> {
              begin(currentStream());
              addShards(ShardIteratorType.LATEST);
              // The iterators see every change from here on. Earlier ones may have been missed.
              listener.gap();
              readOn(listener);
            });
  }

  /**
   * Begins to tell every change that the stream still has, which is those of 24 hours. After
   * trouble, of the stream or of the listener, it goes on with the change that was not told without
   * it. A change may be told again, and none is left out unless the stream has lost it: then the
   * listener hears of a gap.
   */
  public void startComplete(Listener listener) {
    loop =
        BackgroundLoop.start(
            "stream-reader",
            () -> {
              String current = currentStream();
              if (!current.equals(stream)) {
                begin(current);
              }
              iterators.clear();
              List.copyOf(told.keySet()).forEach(shard -> reopen(shard, listener));
              addShards(ShardIteratorType.TRIM_HORIZON);
              readOn(listener);
            });
  }

  /** Returns when the listener will hear nothing more. */
  public void stop() {
    if (loop != null) {
      loop.stop();
    }
    streams.close();
  }

  private String currentStream() {
    return dynamoDb.describeTable(r -> r.tableName(tableName)).table().latestStreamArn();
  }

  private void begin(String arn) {
    stream = arn;
    iterators.clear();
    told.clear();
    seen.clear();
  }

  /**
   * Reads until it throws because an iterator expired, data was trimmed, or the stream is out of
   * reach.
   */
  private void readOn(Listener listener) throws InterruptedException {
    for (int reads = 1; ; reads++) {
      boolean aShardEnded = false;
      for (String shard : List.copyOf(iterators.keySet())) {
        aShardEnded |= !readOn(shard, listener);
      }
      if (aShardEnded || iterators.isEmpty() || reads % READS_BETWEEN_SHARD_LISTS == 0) {
        addShards(ShardIteratorType.TRIM_HORIZON);
      }
      Thread.sleep(BETWEEN_READS);
    }
  }

  private void addShards(ShardIteratorType from) {
    String after = null;
    do {
      String last = after;
      DescribeStreamResponse page =
          streams.describeStream(r -> r.streamArn(stream).exclusiveStartShardId(last));
      page.streamDescription().shards().forEach(shard -> add(shard, from));
      after = page.streamDescription().lastEvaluatedShardId();
    } while (after != null);
  }

  private void add(Shard shard, ShardIteratorType from) {
    // What a shard tells comes after all that its parent tells.
    if (iterators.containsKey(shard.parentShardId()) || seen.contains(shard.shardId())) {
      return;
    }
    boolean ended = shard.sequenceNumberRange().endingSequenceNumber() != null;
    if (!(ended && from == ShardIteratorType.LATEST)) {
      iterators.put(shard.shardId(), iterator(shard.shardId(), from, Optional.empty()));
      told.put(shard.shardId(), Optional.empty());
    }
    seen.add(shard.shardId());
  }

  /** Goes on after the last record that was told. */
  private void reopen(String shard, Listener listener) {
    Optional<String> last = told.get(shard);
    ShardIteratorType after =
        last.isPresent() ? ShardIteratorType.AFTER_SEQUENCE_NUMBER : ShardIteratorType.TRIM_HORIZON;
    try {
      iterators.put(shard, iterator(shard, after, last));
    } catch (TrimmedDataAccessException e) {
      LOG.error("Changes were lost, because they were read too late: {}", e.toString());
      told.put(shard, Optional.empty());
      listener.gap();
      iterators.put(shard, iterator(shard, ShardIteratorType.TRIM_HORIZON, Optional.empty()));
    } catch (ResourceNotFoundException e) {
      LOG.error("Changes may have been lost with their shard: {}", e.toString());
      told.remove(shard);
      listener.gap();
    }
  }

  private String iterator(String shard, ShardIteratorType from, Optional<String> sequence) {
    return streams
        .getShardIterator(r ->
            r.streamArn(stream)
                .shardId(shard)
                .shardIteratorType(from)
                .sequenceNumber(sequence.orElse(null)))
        .shardIterator();
  }

  /** Tells of the changes that a shard has, and returns false when the shard has ended. */
  private boolean readOn(String shard, Listener listener) throws InterruptedException {
    GetRecordsResponse response = streams.getRecords(r -> r.shardIterator(iterators.get(shard)));
    for (Record record : response.records()) {
      listener.changed(change(record.dynamodb()));
      told.put(shard, Optional.of(record.dynamodb().sequenceNumber()));
    }
    if (response.nextShardIterator() == null) {
      iterators.remove(shard);
      told.remove(shard);
      return false;
    }
    iterators.put(shard, response.nextShardIterator());
    return true;
  }

  private static TableChange change(StreamRecord record) {
    return new TableChange(
        record.hasOldImage() ? Optional.of(record.oldImage()) : Optional.empty(),
        record.hasNewImage() ? Optional.of(record.newImage()) : Optional.empty());
  }
}
