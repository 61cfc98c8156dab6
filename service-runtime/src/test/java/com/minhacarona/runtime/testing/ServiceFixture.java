package com.minhacarona.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Module;
import io.grpc.Channel;
import io.grpc.stub.AbstractStub;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a service on a real socket, with a proxy in front of its table that counts requests and
 * interferes with them. Checks after each test that the table is consistent.
 *
 * @param <S> the stub of the service
 */
public abstract class ServiceFixture<S extends AbstractStub<S>>
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private final LocalTable table;
  private final Function<Channel, S> newStub;
  private final Module[] features;

  /** The proxy in front of the table. Set before the first test, like the two fields below. */
  public DynamoDbProxy store;

  public TestServer server;
  public S stub;

  /**
   * Describes the service; the first test starts it.
   *
   * @param newStub the static method of the generated code that makes the stub
   * @param features the modules of the service's features
   */
  protected ServiceFixture(LocalTable table, Function<Channel, S> newStub, Module... features) {
    this.table = table;
    this.newStub = newStub;
    this.features = features.clone();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    table.extension().beforeAll(context);
    store = new DynamoDbProxy(table.endpoint().get());
    server = TestServer.netty(TestServer.dynamoDb(store.endpoint(), table.name().get()), features);
    stub = newStub.apply(server.channel());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    store.forget();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertThat(table.violations().get()).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server.close();
    store.close();
  }

  /** The stub with calls that are bound to a tenant. */
  public S boundTo(String tenantId) {
    return TestServer.boundTo(tenantId, stub);
  }
}
