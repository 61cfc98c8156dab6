package com.minhacarona.runtime.server;

import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.connections.TlsConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.metrics.MetricsConfig;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.tracing.TracingConfig;

/** The settings that every service reads from its environment. */
public record ServiceConfig(
    GrpcServerConfig server,
    AuthConfig auth,
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
    AuthConfig auth = AuthConfig.from(environment);
    GrpcServerConfig server = GrpcServerConfig.from(environment);
    if (auth.required() && !environment.isSet(TlsConfig.CERTIFICATE)) {
      environment.problem(
          "Callers must prove who they are, which they can only do over TLS: set %s and %s"
              .formatted(TlsConfig.CERTIFICATE, TlsConfig.KEY));
    }
    if (auth.believesCertificates() && !environment.isSet(TlsConfig.CLIENT_CA)) {
      environment.problem(
          "Client certificates are believed, but no CA of them is known: set "
              + TlsConfig.CLIENT_CA);
    }
    return new ServiceConfig(
        server.withLoopbackOnly(!auth.required()),
        auth,
        DynamoDbConfig.from(environment, defaultTable),
        MetricsConfig.from(environment, service),
        TracingConfig.from(environment, service));
  }

  /** The same with other callers. */
  public ServiceConfig withAuth(AuthConfig auth) {
    return new ServiceConfig(server, auth, dynamoDb, metrics, tracing);
  }

  /** The same with another server. */
  public ServiceConfig withServer(GrpcServerConfig server) {
    return new ServiceConfig(server, auth, dynamoDb, metrics, tracing);
  }
}
