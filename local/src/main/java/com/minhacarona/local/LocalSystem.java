package com.minhacarona.local;

import com.google.inject.Module;
import com.minhacarona.carona.CaronaModule;
import com.minhacarona.carona.UpdatesModule;
import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.reserva.ReservaModule;
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
  private final MetricsPage metrics;
  private final Service carona;
  private final Service reserva;

  private LocalSystem(
      URI dynamoDbEndpoint,
      Optional<DataFolder> dataFolder,
      DynamoDbClient dynamoDb,
      MetricsPage metrics,
      Service carona,
      Service reserva) {
    this.dynamoDbEndpoint = dynamoDbEndpoint;
    this.dataFolder = dataFolder;
    this.dynamoDb = dynamoDb;
    this.metrics = metrics;
    this.carona = carona;
    this.reserva = reserva;
  }

  static LocalSystem start(LocalConfig config) throws Exception {
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
            metrics,
            service(
                "carona-service",
                config.carona(),
                table,
                metrics,
                new CaronaModule(config.caronaConfig()),
                new UpdatesModule(),
                new DynamoDbStreamsFeedModule()),
            service("reserva-service", config.reserva(), table, metrics, new ReservaModule()));
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

  /** A client of both services. */
  MinhaCaronaClient client() {
    return MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + caronaPort())
        .reservaTarget("dns:///127.0.0.1:" + reservaPort())
        .plaintext()
        .build();
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
      DynamoDbConfig table,
      MetricsPage metrics,
      Module... features) {
    ServiceConfig config =
        new ServiceConfig(
            server, table, MetricsConfig.unpublished(name), TracingConfig.untraced(name));
    List<Module> modules = new ArrayList<>(List.of(features));
    modules.add(new ServiceModule(config, metrics.registry()));
    return Injectors.create(modules).getInstance(Service.class);
  }
}
