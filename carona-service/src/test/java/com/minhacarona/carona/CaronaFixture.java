package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.DynamoDbProxy;
import com.minhacarona.runtime.Tenant;
import com.minhacarona.runtime.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Invariants;
import com.minhacarona.table.Keys;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

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
            new CaronaModule(new CaronaConfig(Duration.ofMinutes(1))));
    stub = CaronaServiceGrpc.newBlockingStub(server.channel());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    store.forget();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertThat(Invariants.violations(local.client(), local.tableName())).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server.close();
    store.close();
  }

  /** A stub whose calls are bound to a condominium. */
  CaronaServiceBlockingStub boundTo(String condominioId) {
    Metadata headers = new Metadata();
    headers.put(Tenant.HEADER, condominioId);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  void put(CaronaItem carona) {
    put(carona.toItem());
    put(carona.toPonteiro());
  }

  void put(ReservaItem reserva) {
    put(reserva.toItem());
  }

  CaronaItem carona(String id) {
    return CaronaItem.from(get(Keys.carona(id)));
  }

  ReservaItem reserva(String caronaId, String usuarioId) {
    return ReservaItem.from(get(Keys.reserva(caronaId, usuarioId)));
  }

  private void put(Map<String, AttributeValue> item) {
    local.client().putItem(r -> r.tableName(local.tableName()).item(item));
  }

  private Map<String, AttributeValue> get(Map<String, AttributeValue> key) {
    return local
        .client()
        .getItem(r -> r.tableName(local.tableName()).key(key).consistentRead(true))
        .item();
  }
}
