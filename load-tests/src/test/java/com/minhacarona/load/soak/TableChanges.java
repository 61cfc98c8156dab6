package com.minhacarona.load.soak;

import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.TableChange;
import com.minhacarona.runtime.dynamodb.TableStreamReader;
import com.minhacarona.table.LocalDynamoDb;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Tells all changes of the table to those who judge, as the table's own stream has them. */
final class TableChanges implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int CONNECTIONS = 10;

  private final TableStreamReader stream;

  TableChanges(LocalDynamoDb table, List<Consumer<TableChange>> judges) {
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
    stream.startComplete(change -> judges.forEach(judge -> judge.accept(change)));
  }

  @Override
  public void close() {
    stream.stop();
  }
}
