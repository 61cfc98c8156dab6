package com.minhacarona.carona;

import com.google.inject.Injector;
import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Invariants;
import com.minhacarona.table.LocalDynamoDb;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Every store of rides, by the same contract. */
class CaronaStoreTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static Injector injector;

  @BeforeAll
  static void open() {
    injector =
        TestServer.injector(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
            new DynamoDbStreamsFeedModule(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMillis(250))));
  }

  @AfterAll
  static void tableIsConsistent() {
    Assertions.assertThat(Invariants.violations(LOCAL.client(), LOCAL.tableName())).isEmpty();
    injector.getInstance(DynamoDbClient.class).close();
  }

  @Nested
  class InDynamoDb extends CaronaStoreContract {
    @Override
    CaronaStore store() {
      return injector.getInstance(CaronaStore.class);
    }
  }

  @Nested
  class InMemory extends CaronaStoreContract {
    private final CaronaStore store = new InMemoryCaronaStore();

    @Override
    CaronaStore store() {
      return store;
    }
  }

  /** The contract in its simplest form. */
  private static final class InMemoryCaronaStore implements CaronaStore {
    private final ConcurrentMap<String, CaronaItem> caronas = new ConcurrentHashMap<>();

    @Override
    public CreateResult create(NewCarona nova) {
      CaronaItem carona = nova.aberta(Instant.now().truncatedTo(ChronoUnit.MILLIS));
      CaronaItem earlier = caronas.putIfAbsent(carona.id(), carona);
      if (earlier == null) {
        return new CreateResult.Created(carona);
      }
      return nova.isContentOf(earlier)
          ? new CreateResult.Repeated(earlier)
          : new CreateResult.RequestIdReutilizado(earlier);
    }

    @Override
    public Optional<CaronaItem> find(String caronaId, Freshness freshness) {
      return Optional.ofNullable(caronas.get(caronaId));
    }
  }
}
