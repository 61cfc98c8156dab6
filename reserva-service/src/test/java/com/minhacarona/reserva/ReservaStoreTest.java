package com.minhacarona.reserva;

import com.google.inject.Injector;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.ReservaItem;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Every store of reservations, by the same contract. */
class ReservaStoreTest {
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
  class InDynamoDb extends ReservaStoreContract {
    @Override
    ReservaStore store() {
      return injector.getInstance(ReservaStore.class);
    }

    @Override
    void put(CaronaItem carona) {
      LOCAL.put(carona);
    }

    @Override
    void put(ReservaItem reserva) {
      LOCAL.put(reserva);
    }

    @Override
    CaronaItem carona(String id) {
      return LOCAL.carona(id);
    }

    @Override
    ReservaItem reserva(String caronaId, String usuarioId) {
      return LOCAL.reserva(caronaId, usuarioId);
    }
  }

  @Nested
  class InMemory extends ReservaStoreContract {
    private final InMemoryReservaStore store = new InMemoryReservaStore();

    @Override
    ReservaStore store() {
      return store;
    }

    @Override
    void put(CaronaItem carona) {
      store.caronas.put(carona.id(), carona);
    }

    @Override
    void put(ReservaItem reserva) {
      store.reservas.put(List.of(reserva.caronaId(), reserva.usuarioId()), reserva);
    }

    @Override
    CaronaItem carona(String id) {
      return store.caronas.get(id);
    }

    @Override
    ReservaItem reserva(String caronaId, String usuarioId) {
      return store.reservas.get(List.of(caronaId, usuarioId));
    }
  }
}
