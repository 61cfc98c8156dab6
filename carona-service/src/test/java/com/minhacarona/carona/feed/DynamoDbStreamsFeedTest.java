package com.minhacarona.carona.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbModule;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.runtime.dynamodb.TableStreamReader;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Damage;
import com.minhacarona.table.Examples;
import com.minhacarona.table.Keys;
import com.minhacarona.table.LocalDynamoDb;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The feed for one task or two, on the stream of DynamoDB Local's table. */
@Tag("dynamodb")
class DynamoDbStreamsFeedTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private final AtomicInteger gaps = new AtomicInteger();
  private final List<CaronaItem> changes = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final CaronaItem carona =
      Examples.carona(
          UUID.randomUUID().toString(),
          Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofDays(1)));
  private DynamoDbProxy store;
  private DynamoDbStreamsFeed feed;

  /** Counts gaps, and keeps changes. */
  private final class Recorder implements CaronaFeed.Listener {
    @Override
    public void changed(CaronaItem changed) {
      changes.add(changed);
    }

    @Override
    public void gap() {
      gaps.incrementAndGet();
    }
  }

  @BeforeEach
  void start() {
    store = new DynamoDbProxy(LOCAL.endpoint());
    DynamoDbConfig config = TestServer.dynamoDb(store.endpoint(), LOCAL.tableName());
    feed =
        new DynamoDbStreamsFeed(
            new TableStreamReader(LOCAL.client(), DynamoDbModule.streamsClient(config), config),
            new SkippedItems(meters));
    feed.start(new Recorder());
    await().until(() -> gaps.get() == 1);
  }

  @AfterEach
  void stop() {
    feed.stop();
    store.close();
  }

  @Test
  void read_fromItsStart_tellsOfAGap_andThenOfEachChangeOfARide() {
    CaronaItem changed = carona.withStatus(Status.EM_ANDAMENTO, 4, "", carona.criadaEm());
    LOCAL.put(carona);
    LOCAL.put(Examples.reserva(carona.id(), "ana", "r1"));
    LOCAL.put(changed);
    await().until(() -> changes.contains(changed));
    assertThat(changes).containsExactly(carona, changed);
    assertThat(gaps).hasValue(1);
  }

  @Test
  void read_ofARemovedRide_tellsNothing() {
    LOCAL.put(carona);
    LOCAL.client().deleteItem(r -> r.tableName(LOCAL.tableName()).key(Keys.carona(carona.id())));
    CaronaItem other = Examples.carona(UUID.randomUUID().toString(), carona.partida());
    LOCAL.put(other);
    await().until(() -> changes.contains(other));
    assertThat(changes).containsExactly(carona, other);
  }

  @Test
  void read_ofRidesWithEveryDamage_tellsOfTheOthers_andDoesNotBeginAnew() {
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    List<String> readable = new ArrayList<>();
    for (Damage damage : Damage.of(carona.toItem())) {
      CaronaItem damaged = another();
      items.add(damage.on(damaged.toItem()));
      if (damage.leavesReadable()) {
        readable.add(damaged.id());
      }
    }
    Damage.EVERY_TYPE
        .values()
        .forEach(value -> {
          CaronaItem newer = another();
          items.add(new Damage("novidade", Optional.of(value)).on(newer.toItem()));
          readable.add(newer.id());
        });
    LOCAL.putAll(items);
    LOCAL.put(carona);
    readable.add(carona.id());
    await().until(() -> changes.contains(carona));
    assertThat(changes).extracting(CaronaItem::id).containsExactlyInAnyOrderElementsOf(readable);
    assertThat(gaps).hasValue(1);
    assertThat(meters.counter(SkippedItems.UNREADABLE).count())
        .isEqualTo(items.size() + 1 - readable.size());
  }

  private CaronaItem another() {
    return Examples.carona(UUID.randomUUID().toString(), carona.partida());
  }

  /** An iterator is too old, the records are gone, the stream is away. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ExpiredIteratorException",
        "TrimmedDataAccessException",
        "ResourceNotFoundException"
      })
  void read_afterTrouble_beginsAnew_andTellsOfAGap(String trouble) {
    store.next("GetRecords", DynamoDbProxy.refusedAs(trouble));
    await().until(() -> gaps.get() == 2);
    LOCAL.put(carona);
    await().until(() -> changes.contains(carona));
  }
}
