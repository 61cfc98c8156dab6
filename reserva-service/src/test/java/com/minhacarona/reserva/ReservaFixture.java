package com.minhacarona.reserva;

import com.minhacarona.runtime.testing.LocalTable;
import com.minhacarona.runtime.testing.ServiceFixture;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingStub;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** reserva-service on DynamoDB Local, with rides to book. */
final class ReservaFixture extends ServiceFixture<ReservaServiceBlockingStub> {
  final LocalDynamoDb local;

  ReservaFixture() {
    this(new LocalDynamoDb());
  }

  private ReservaFixture(LocalDynamoDb local) {
    super(
        new LocalTable(local, local::endpoint, local::tableName, local::violations),
        ReservaServiceGrpc::newBlockingStub,
        new ReservaModule());
    this.local = local;
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

  static ProcessarReservaRequest.Builder request(String caronaId, String usuarioId) {
    return ProcessarReservaRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCaronaId(caronaId)
        .setUsuarioId(usuarioId)
        .setCondominioId("cond-1");
  }
}
