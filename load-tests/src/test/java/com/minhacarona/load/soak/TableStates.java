package com.minhacarona.load.soak;

import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.TableChange;
import com.minhacarona.runtime.dynamodb.TableStreamReader;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.table.Keys;
import com.minhacarona.table.LocalDynamoDb;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** All states that the rides had, as the table's own stream tells them. */
final class TableStates implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int CONNECTIONS = 10;

  private final TableStreamReader stream;
  private final Map<String, String> seen = new ConcurrentHashMap<>();

  TableStates(LocalDynamoDb table) {
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
    stream.startComplete(this::note);
  }

  /** For each ride and version, what a read of it sees. */
  Map<String, String> seen() {
    return seen;
  }

  @Override
  public void close() {
    stream.stop();
  }

  private void note(TableChange change) {
    change
        .newImage()
        .filter(Keys::isCarona)
        .map(CaronaItem::from)
        .ifPresent(carona ->
            seen.put(
                carona.id() + " " + carona.versao(),
                CaronaModel.seen(
                    carona.status().name(), carona.vagasDisponiveis(), carona.versao())));
  }
}
