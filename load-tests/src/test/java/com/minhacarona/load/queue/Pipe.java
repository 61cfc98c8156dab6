package com.minhacarona.load.queue;

import com.minhacarona.reserva.events.Records;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.TableChange;
import com.minhacarona.runtime.dynamodb.TableStreamReader;
import com.minhacarona.table.Attributes;
import com.minhacarona.table.Keys;
import com.minhacarona.table.LocalDynamoDb;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * What EventBridge Pipes and the topic of changes do together: puts each change of a ride or a
 * reservation into a queue, as a record of the table's stream. It may put one there twice, and so
 * it does with all of them if told to.
 */
final class Pipe implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int CONNECTIONS = 10;

  private final TableStreamReader stream;
  private final SqsClient sqs;
  private final String queueUrl;
  private final int copies;

  /**
   * Begins with the first change that the stream has.
   *
   * @param copies how often it delivers each change
   */
  Pipe(LocalDynamoDb table, SqsClient sqs, String queueUrl, int copies) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.copies = copies;
    DynamoDbConfig config =
        new DynamoDbConfig(
            table.tableName(),
            "sa-east-1",
            Optional.of(table.endpoint()),
            CONNECTIONS,
            TIMEOUT,
            TIMEOUT);
    stream =
        new TableStreamReader(
            table.client(),
            AwsClients.configured(
                    DynamoDbStreamsClient.builder(), config.region(), config.endpoint(), TIMEOUT)
                .build(),
            config);
    stream.startComplete(this::pass);
  }

  @Override
  public void close() {
    stream.stop();
  }

  private void pass(TableChange change) {
    // As the pipe's filter does: nothing that expired, and no pointers, notes or residents.
    change
        .newImage()
        .filter(item -> item.get(Attributes.PK).s().startsWith(Keys.CARONA))
        .ifPresent(item -> {
          String record = Records.of(change.oldImage().orElse(Map.of()), item);
          for (int i = 0; i < copies; i++) {
            sqs.sendMessage(r -> r.queueUrl(queueUrl).messageBody(record));
          }
        });
  }
}
