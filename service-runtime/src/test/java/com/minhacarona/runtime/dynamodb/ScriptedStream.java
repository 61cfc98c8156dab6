package com.minhacarona.runtime.dynamodb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * A table's stream whose shards split and end, which DynamoDB Local's do not. The sequence number
 * of a record is its position in its shard, and an iterator is a shard and a position.
 */
final class ScriptedStream implements DynamoDbStreamsClient {
  private final Map<String, One> shards = new LinkedHashMap<>();
  private final Queue<RuntimeException> troubles = new ConcurrentLinkedQueue<>();

  /** One shard. */
  private static final class One {
    private final String parent;
    private final List<String> records = new ArrayList<>();
    private boolean ended;
    private int trimmed;

    One(String parent) {
      this.parent = parent;
    }
  }

  /** A table that has this stream. */
  DynamoDbClient table() {
    return new DynamoDbClient() {
      @Override
      public DescribeTableResponse describeTable(DescribeTableRequest request) {
        return DescribeTableResponse.builder().table(t -> t.latestStreamArn("arn")).build();
      }

      @Override
      public String serviceName() {
        return "dynamodb";
      }

      @Override
      public void close() {}
    };
  }

  synchronized void open(String shard, String parent) {
    shards.put(shard, new One(parent));
  }

  synchronized void end(String shard) {
    shards.get(shard).ended = true;
  }

  synchronized void change(String shard, String... ids) {
    shards.get(shard).records.addAll(List.of(ids));
  }

  /** Loses all records that a shard has. */
  synchronized void trim(String shard) {
    shards.get(shard).trimmed = shards.get(shard).records.size();
  }

  /** The next request for records fails. */
  void fail(RuntimeException trouble) {
    troubles.add(trouble);
  }

  @Override
  public synchronized DescribeStreamResponse describeStream(DescribeStreamRequest request) {
    List<Shard> all = new ArrayList<>();
    shards.forEach((id, shard) ->
        all.add(
            Shard.builder()
                .shardId(id)
                .parentShardId(shard.parent)
                .sequenceNumberRange(r ->
                    r.startingSequenceNumber("0").endingSequenceNumber(shard.ended ? "9" : null))
                .build()));
    return DescribeStreamResponse.builder().streamDescription(d -> d.shards(all)).build();
  }

  @Override
  public synchronized GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
    One shard = shards.get(request.shardId());
    int position =
        switch (request.shardIteratorType()) {
          case LATEST -> shard.records.size();
          case TRIM_HORIZON -> shard.trimmed;
          case AFTER_SEQUENCE_NUMBER -> Integer.parseInt(request.sequenceNumber()) + 1;
          default -> throw new AssertionError(request);
        };
    if (position < shard.trimmed) {
      throw TrimmedDataAccessException.builder().message("gone").build();
    }
    return GetShardIteratorResponse.builder()
        .shardIterator(request.shardId() + ":" + position)
        .build();
  }

  @Override
  public synchronized GetRecordsResponse getRecords(GetRecordsRequest request) {
    if (!troubles.isEmpty()) {
      throw troubles.remove();
    }
    String[] iterator = request.shardIterator().split(":", -1);
    One shard = shards.get(iterator[0]);
    List<Record> records = new ArrayList<>();
    for (int i = Integer.parseInt(iterator[1]); i < shard.records.size(); i++) {
      String sequence = Integer.toString(i);
      Map<String, AttributeValue> image = Map.of("id", AttributeValue.fromS(shard.records.get(i)));
      records.add(
          Record.builder().dynamodb(d -> d.sequenceNumber(sequence).newImage(image)).build());
    }
    return GetRecordsResponse.builder()
        .records(records)
        .nextShardIterator(shard.ended ? null : iterator[0] + ":" + shard.records.size())
        .build();
  }

  @Override
  public String serviceName() {
    return "streams";
  }

  @Override
  public void close() {}
}
