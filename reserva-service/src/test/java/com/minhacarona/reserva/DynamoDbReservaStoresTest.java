package com.minhacarona.reserva;

import com.google.inject.Injector;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.StoredItems;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The contracts of the stores, for those in DynamoDB with the guard before them. */
@Tag("dynamodb")
class DynamoDbReservaStoresTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static Injector injector;

  @BeforeAll
  static void open() {
    injector =
        TestServer.injector(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()), new ReservaModule());
  }

  @AfterAll
  static void close() {
    injector.getInstance(DynamoDbClient.class).close();
  }

  @Nested
  class Bookings extends ReservaStoreContract {
    @Override
    ReservaStore store() {
      return injector.getInstance(ReservaStore.class);
    }

    @Override
    StoredItems items() {
      return LOCAL;
    }
  }

  @Nested
  class StatusChanges extends ReservaStatusStoreContract {
    @Override
    ReservaStatusStore store() {
      return injector.getInstance(ReservaStatusStore.class);
    }

    @Override
    StoredItems items() {
      return LOCAL;
    }
  }

  @Nested
  class Recusas extends RecusaStoreContract {
    @Override
    ReservaStore bookings() {
      return injector.getInstance(ReservaStore.class);
    }

    @Override
    RecusaStore store() {
      return injector.getInstance(RecusaStore.class);
    }

    @Override
    StoredItems items() {
      return LOCAL;
    }
  }
}
