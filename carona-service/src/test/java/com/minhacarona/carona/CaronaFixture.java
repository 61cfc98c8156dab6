package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * carona-service on a real socket, behind it DynamoDB Local, and between them a proxy that counts.
 * After each test the table must be consistent.
 */
final class CaronaFixture
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  final LocalDynamoDb local = new LocalDynamoDb();
  DynamoDbProxy store;
  TestServer server;
  CaronaServiceBlockingStub stub;

  @Override
  public void beforeAll(ExtensionContext context) {
    local.beforeAll(context);
    store = new DynamoDbProxy(local.endpoint());
    server =
        TestServer.netty(
            TestServer.dynamoDb(store.endpoint(), local.tableName()),
            new DynamoDbStreamsFeedModule(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMinutes(1))));
    stub = CaronaServiceGrpc.newBlockingStub(server.channel());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    store.forget();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertThat(local.violations()).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server.close();
    store.close();
  }

  /** A stub whose calls are bound to a condominium. */
  CaronaServiceBlockingStub boundTo(String condominioId) {
    return TestServer.boundTo(condominioId, stub);
  }
}
