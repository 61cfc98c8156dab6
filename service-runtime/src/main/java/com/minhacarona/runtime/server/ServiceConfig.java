package com.minhacarona.runtime.server;

import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.metrics.MetricsConfig;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.tracing.TracingConfig;

/** The settings that every service reads from its environment. */
public record ServiceConfig(
    GrpcServerConfig server,
    DynamoDbConfig dynamoDb,
    MetricsConfig metrics,
    TracingConfig tracing) {

  /**
   * Reads all settings.
   *
   * @param service the name of the service in metrics and traces
   * @param defaultTable the table, unless the environment names another one
   */
  public static ServiceConfig from(Environment environment, String service, String defaultTable) {
    return new ServiceConfig(
        GrpcServerConfig.from(environment),
        DynamoDbConfig.from(environment, defaultTable),
        MetricsConfig.from(environment, service),
        TracingConfig.from(environment, service));
  }

  /** The same with another server. */
  public ServiceConfig withServer(GrpcServerConfig server) {
    return new ServiceConfig(server, dynamoDb, metrics, tracing);
  }
}
