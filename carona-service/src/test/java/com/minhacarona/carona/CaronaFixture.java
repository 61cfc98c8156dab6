package com.minhacarona.carona;

import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.runtime.testing.LocalTable;
import com.minhacarona.runtime.testing.ServiceFixture;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import java.time.Duration;

/** carona-service with both its features, on DynamoDB Local. */
final class CaronaFixture extends ServiceFixture<CaronaServiceBlockingStub> {
  final LocalDynamoDb local;

  CaronaFixture() {
    this(new LocalDynamoDb());
  }

  private CaronaFixture(LocalDynamoDb local) {
    super(
        new LocalTable(local, local::endpoint, local::tableName, local::violations),
        CaronaServiceGrpc::newBlockingStub,
        new DynamoDbStreamsFeedModule(),
        new UpdatesModule(),
        new CaronaModule(new CaronaConfig(Duration.ofMinutes(1))));
    this.local = local;
  }
}
