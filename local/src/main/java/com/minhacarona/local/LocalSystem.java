package com.minhacarona.local;

import com.google.inject.Module;
import com.minhacarona.carona.CaronaModule;
import com.minhacarona.carona.DynamoDbStreamsFeedModule;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.reserva.ReservaModule;
import com.minhacarona.runtime.DynamoDbConfig;
import com.minhacarona.runtime.DynamoDbModule;
import com.minhacarona.runtime.GrpcServerConfig;
import com.minhacarona.runtime.GrpcServerModule;
import com.minhacarona.runtime.Injectors;
import com.minhacarona.runtime.Service;
import com.minhacarona.table.Invariants;
import com.minhacarona.table.MinhaCaronaTable;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Both services on DynamoDB Local: the classes of production, with another endpoint. */
final class LocalSystem {
  private final URI dynamoDbEndpoint;
  private final DynamoDbClient dynamoDb;
  private final Service carona;
  private final Service reserva;

  private LocalSystem(
      URI dynamoDbEndpoint, DynamoDbClient dynamoDb, Service carona, Service reserva) {
    this.dynamoDbEndpoint = dynamoDbEndpoint;
    this.dynamoDb = dynamoDb;
    this.carona = carona;
    this.reserva = reserva;
  }

  static LocalSystem start(LocalConfig config) throws Exception {
    URI endpoint = DynamoDbLocal.start(config.dataDir());
    DynamoDbConfig table = LocalConfig.dynamoDb(endpoint);
    DynamoDbClient dynamoDb = DynamoDbModule.client(table);
    DynamoDbLocal.createTable(dynamoDb, MinhaCaronaTable.DEFAULT_NAME);
    LocalSystem system =
        new LocalSystem(
            endpoint,
            dynamoDb,
            service(
                config.carona(),
                table,
                new CaronaModule(config.caronaConfig()),
                new DynamoDbStreamsFeedModule()),
            service(config.reserva(), table, new ReservaModule()));
    system.carona.start();
    system.reserva.start();
    return system;
  }

  URI dynamoDbEndpoint() {
    return dynamoDbEndpoint;
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

  /** What is wrong with the table, one sentence each. */
  List<String> violations() {
    return Invariants.violations(dynamoDb, MinhaCaronaTable.DEFAULT_NAME);
  }

  void stop() throws InterruptedException {
    carona.stop();
    reserva.stop();
  }

  private static Service service(
      GrpcServerConfig server, DynamoDbConfig table, Module... features) {
    List<Module> modules =
        new ArrayList<>(List.of(new GrpcServerModule(server), new DynamoDbModule(table)));
    modules.addAll(List.of(features));
    return Injectors.create(modules).getInstance(Service.class);
  }
}
