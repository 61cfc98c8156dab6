package com.minhacarona.carona.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbModule;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The feed from the table's own stream, through whatever befalls its reader. */
@Tag("dynamodb")
class DynamoDbStreamsFeedTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static final String GAP = "gap";

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private DynamoDbProxy store;
  private DynamoDbStreamsFeed feed;

  @BeforeEach
  void start() {
    store = new DynamoDbProxy(LOCAL.endpoint());
    DynamoDbConfig config =
        DynamoDbConfig.from(
            new Environment(
                Map.of(
                    "MINHA_CARONA_DYNAMODB_ENDPOINT",
                    store.endpoint().toString(),
                    "MINHA_CARONA_DYNAMODB_READ_ATTEMPT_MS",
                    "5000")),
            LOCAL.tableName());
    feed =
        new DynamoDbStreamsFeed(
            DynamoDbModule.client(config), DynamoDbModule.streamsClient(config), config);
    feed.start(
        new CaronaFeed.Listener() {
          @Override
          public void changed(CaronaItem carona) {
            heard.add(carona.id());
          }

          @Override
          public void gap() {
            heard.add(GAP);
          }
        });
  }

  @AfterEach
  void stop() {
    feed.stop();
    store.close();
  }

  @Test
  void start_tellsAGapFirst_andThenEveryChange() {
    await().until(() -> heard.contains(GAP));
    String carona = put();
    await().until(() -> heard.contains(carona));
    assertThat(heard).containsExactly(GAP, carona);
  }

  /** An iterator is too old, the records are gone, the stream is away. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ExpiredIteratorException",
        "TrimmedDataAccessException",
        "ResourceNotFoundException"
      })
  void trouble_isToldAsAGap_beforeTheNextChange(String trouble) {
    await().until(() -> heard.contains(GAP));
    store.next("GetRecords", DynamoDbProxy.refusedAs(trouble));
    await().atMost(Duration.ofSeconds(30)).until(() -> heard.equals(List.of(GAP, GAP)));
    String carona = put();
    await().until(() -> heard.contains(carona));
    assertThat(heard).containsExactly(GAP, GAP, carona);
  }

  private static String put() {
    CaronaItem carona =
        Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1)));
    LOCAL.put(carona);
    return carona.id();
  }
}
