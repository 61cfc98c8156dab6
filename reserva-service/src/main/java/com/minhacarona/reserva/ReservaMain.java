package com.minhacarona.reserva;

import com.minhacarona.runtime.DynamoDbConfig;
import com.minhacarona.runtime.DynamoDbModule;
import com.minhacarona.runtime.GrpcServerConfig;
import com.minhacarona.runtime.GrpcServerModule;
import com.minhacarona.runtime.ServiceMain;
import com.minhacarona.table.MinhaCaronaTable;
import java.util.List;

/** The reserva-service process. */
final class ReservaMain {

  public static void main(String[] args) {
    ServiceMain.run(environment ->
        List.of(
            new GrpcServerModule(GrpcServerConfig.from(environment)),
            new DynamoDbModule(DynamoDbConfig.from(environment, MinhaCaronaTable.DEFAULT_NAME)),
            new ReservaModule()));
  }

  private ReservaMain() {}
}
