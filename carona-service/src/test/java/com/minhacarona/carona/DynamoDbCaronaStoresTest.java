package com.minhacarona.carona;

import com.google.inject.Injector;
import com.minhacarona.runtime.server.GrpcServerModule;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.StoredItems;
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

  private static Injector injector;

  @BeforeAll
  static void open() {
    injector =
        TestServer.injector(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
            binder -> {
              binder.bind(DynamoDbCaronaStore.class);
              binder.bind(DynamoDbCaronaStatusStore.class);
              GrpcServerModule.readiness(binder).addBinding().toInstance(() -> {});
            });
  }

  @AfterAll
  static void close() {
    injector.getInstance(DynamoDbClient.class).close();
  }

  @Nested
  class Caronas extends CaronaStoreContract {
    @Override
    CaronaStore store() {
      return injector.getInstance(DynamoDbCaronaStore.class);
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
      return injector.getInstance(DynamoDbCaronaStatusStore.class);
    }

    @Override
    StoredItems items() {
      return LOCAL;
    }
  }
}
