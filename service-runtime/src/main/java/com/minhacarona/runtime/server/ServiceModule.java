package com.minhacarona.runtime.server;

import com.google.inject.AbstractModule;
import com.minhacarona.runtime.auth.AuthModule;
import com.minhacarona.runtime.dynamodb.DynamoDbModule;
import com.minhacarona.runtime.metrics.MetricsModule;
import com.minhacarona.runtime.tracing.TracingModule;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Everything that a service needs besides its features: server, callers, table, metrics and traces.
 */
public final class ServiceModule extends AbstractModule {
  private final ServiceConfig config;
  private final MeterRegistry[] registries;

  /**
   * Wires the runtime of one service.
   *
   * @param registries get all meters, besides CloudWatch
   */
  public ServiceModule(ServiceConfig config, MeterRegistry... registries) {
    this.config = config;
    this.registries = registries.clone();
  }

  @Override
  protected void configure() {
    install(new GrpcServerModule(config.server()));
    install(new AuthModule(config.auth()));
    install(new DynamoDbModule(config.dynamoDb()));
    install(new MetricsModule(config.metrics(), registries));
    install(new TracingModule(config.tracing()));
  }
}
