package com.minhacarona.local;

import com.google.inject.Module;
import com.minhacarona.carona.CaronaModule;
import com.minhacarona.carona.UpdatesModule;
import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.client.MinhaCaronaClientBuilder;
import com.minhacarona.reserva.ReservaModule;
import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbModule;
import com.minhacarona.runtime.metrics.MetricsConfig;
import com.minhacarona.runtime.process.Injectors;
import com.minhacarona.runtime.server.GrpcServerConfig;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.server.ServiceConfig;
import com.minhacarona.runtime.server.ServiceModule;
import com.minhacarona.runtime.tracing.TracingConfig;
import com.minhacarona.table.Invariants;
import com.minhacarona.table.MinhaCaronaTable;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Runs both services on DynamoDB Local, with the classes of production and another endpoint. */
final class LocalSystem {
  private final URI dynamoDbEndpoint;

  /** Kept for its lock. */
  @SuppressWarnings("unused")
  private final Optional<DataFolder> dataFolder;

  private final DynamoDbClient dynamoDb;
  private final Optional<ThrowawayAuthority> authority;
  private final MetricsPage metrics;
  private final Service carona;
  private final Service reserva;

  private LocalSystem(
      URI dynamoDbEndpoint,
      Optional<DataFolder> dataFolder,
      DynamoDbClient dynamoDb,
      Optional<ThrowawayAuthority> authority,
      MetricsPage metrics,
      Service carona,
      Service reserva) {
    this.dynamoDbEndpoint = dynamoDbEndpoint;
    this.dataFolder = dataFolder;
    this.dynamoDb = dynamoDb;
    this.authority = authority;
    this.metrics = metrics;
    this.carona = carona;
    this.reserva = reserva;
  }

  /**
   * Starts the system, and returns when it serves.
   *
   * @param authority knows who may call; anybody on this machine when empty
   */
  static LocalSystem start(LocalConfig config, Optional<ThrowawayAuthority> authority)
      throws Exception {
    Optional<DataFolder> dataFolder = config.dataDir().map(DataFolder::lock);
    URI endpoint = DynamoDbLocal.start(dataFolder);
    DynamoDbConfig table = LocalConfig.dynamoDb(endpoint);
    DynamoDbClient dynamoDb = DynamoDbModule.client(table);
    DynamoDbLocal.createTable(dynamoDb, MinhaCaronaTable.DEFAULT_NAME);
    MetricsPage metrics = MetricsPage.start(config.metricsPort());
    LocalSystem system =
        new LocalSystem(
            endpoint,
            dataFolder,
            dynamoDb,
            authority,
            metrics,
            service(
                "carona-service",
                config.carona(),
                authority,
                table,
                metrics,
                new CaronaModule(config.caronaConfig()),
                new UpdatesModule(),
                new DynamoDbStreamsFeedModule()),
            service(
                "reserva-service",
                config.reserva(),
                authority,
                table,
                metrics,
                new ReservaModule()));
    system.carona.start();
    system.reserva.start();
    return system;
  }

  URI dynamoDbEndpoint() {
    return dynamoDbEndpoint;
  }

  int metricsPort() {
    return metrics.port();
  }

  int caronaPort() {
    return carona.port();
  }

  int reservaPort() {
    return reserva.port();
  }

  int caronaMtlsPort() {
    return carona.mtlsPort();
  }

  int reservaMtlsPort() {
    return reserva.mtlsPort();
  }

  /** A client of both services. */
  MinhaCaronaClient client() {
    return authority
        .map(known ->
            client(carona.mtlsPort(), reserva.mtlsPort())
                .trust(known.file("ca.pem"))
                .clientCertificate(known.file("service.pem"), known.file("service.key")))
        .orElseGet(() -> client(caronaPort(), reservaPort()).plaintext())
        .build();
  }

  private static MinhaCaronaClientBuilder client(int caronaPort, int reservaPort) {
    return MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + caronaPort)
        .reservaTarget("dns:///127.0.0.1:" + reservaPort);
  }

  /** The inconsistencies of the table, one sentence each; empty when there are none. */
  List<String> violations() {
    return Invariants.violations(dynamoDb, MinhaCaronaTable.DEFAULT_NAME);
  }

  void stop() throws InterruptedException {
    carona.stop();
    reserva.stop();
    metrics.stop();
  }

  private static Service service(
      String name,
      GrpcServerConfig server,
      Optional<ThrowawayAuthority> authority,
      DynamoDbConfig table,
      MetricsPage metrics,
      Module... features) {
    ServiceConfig config =
        new ServiceConfig(
            authority
                .map(known -> server.with(server.listener().withTls(known.tls())))
                .orElse(server),
            authority.map(ThrowawayAuthority::auth).orElse(AuthConfig.OPEN),
            table,
            MetricsConfig.unpublished(name),
            TracingConfig.untraced(name));
    List<Module> modules = new ArrayList<>(List.of(features));
    modules.add(new ServiceModule(config, metrics.registry()));
    return Injectors.create(modules).getInstance(Service.class);
  }
}
