package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingStub;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * reserva-service on a real socket, behind it DynamoDB Local, and between them a proxy that counts
 * and interferes. After each test the table must be consistent.
 */
final class ReservaFixture
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  final LocalDynamoDb local = new LocalDynamoDb();
  DynamoDbProxy store;
  TestServer server;
  ReservaServiceBlockingStub stub;

  @Override
  public void beforeAll(ExtensionContext context) {
    local.beforeAll(context);
    store = new DynamoDbProxy(local.endpoint());
    server =
        TestServer.netty(
            TestServer.dynamoDb(store.endpoint(), local.tableName()), new ReservaModule());
    stub = ReservaServiceGrpc.newBlockingStub(server.channel());
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

  /** An open ride of four seats, of cond-1, driven by motorista-1; its id. */
  String openCarona() {
    return carona(Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS));
  }

  String carona(Instant partida) {
    CaronaItem carona = Examples.carona(UUID.randomUUID().toString(), partida);
    local.put(carona);
    return carona.id();
  }

  /** A stub whose calls are bound to a condominium. */
  ReservaServiceBlockingStub boundTo(String condominioId) {
    return TestServer.boundTo(condominioId, stub);
  }

  static ProcessarReservaRequest.Builder request(String caronaId, String usuarioId) {
    return ProcessarReservaRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCaronaId(caronaId)
        .setUsuarioId(usuarioId)
        .setCondominioId("cond-1");
  }
}
