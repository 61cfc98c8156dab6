package com.minhacarona.carona;

import com.google.inject.Injector;
import com.minhacarona.runtime.server.GrpcServerModule;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.StoredItems;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The contracts of the stores, for those in DynamoDB. */
@Tag("dynamodb")
class DynamoDbCaronaStoresTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  /** By number of shards. */
  private static final Map<Integer, Injector> INJECTORS = new HashMap<>();

  @BeforeAll
  static void open() {
    for (int shards : new int[] {1, 8, 32}) {
      INJECTORS.put(shards, injector(new CaronaConfig(Duration.ofSeconds(1), shards, shards)));
    }
  }

  private static Injector injector(CaronaConfig config) {
    return TestServer.injector(
        TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
        binder -> {
          binder.bind(CaronaConfig.class).toInstance(config);
          binder.bind(DynamoDbCaronaStore.class);
          binder.bind(DynamoDbCaronaStatusStore.class);
          GrpcServerModule.readiness(binder).addBinding().toInstance(() -> {});
        });
  }

  @AfterAll
  static void close() {
    INJECTORS.values().forEach(injector -> injector.getInstance(DynamoDbClient.class).close());
  }

  @Nested
  class Caronas extends Sharded {
    Caronas() {
      super(1);
    }
  }

  @Nested
  class CaronasIn8Shards extends Sharded {
    CaronasIn8Shards() {
      super(8);
    }
  }

  @Nested
  class CaronasIn32Shards extends Sharded {
    CaronasIn32Shards() {
      super(32);
    }
  }

  /** Rides in a number of shards. */
  abstract static class Sharded extends CaronaStoreContract {
    private final int shards;

    Sharded(int shards) {
      this.shards = shards;
    }

    @Override
    CaronaStore store() {
      return INJECTORS.get(shards).getInstance(DynamoDbCaronaStore.class);
    }

    @Override
    StoredItems items() {
      return LOCAL;
    }
  }

  @Nested
  class StatusChanges extends CaronaStatusStoreContract {
    @Override
    CaronaStatusStore store() {
      return INJECTORS.get(1).getInstance(DynamoDbCaronaStatusStore.class);
    }

    @Override
    StoredItems items() {
      return LOCAL;
    }
  }
}
