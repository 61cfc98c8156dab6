package com.minhacarona.reserva;

import com.minhacarona.runtime.DynamoDbConfig;
import com.minhacarona.runtime.DynamoDbModule;
import com.minhacarona.runtime.GrpcServerConfig;
import com.minhacarona.runtime.GrpcServerModule;
import com.minhacarona.runtime.MetricsConfig;
import com.minhacarona.runtime.MetricsModule;
import com.minhacarona.runtime.ServiceMain;
import com.minhacarona.runtime.tracing.TracingConfig;
import com.minhacarona.runtime.tracing.TracingModule;
import com.minhacarona.table.MinhaCaronaTable;
import java.util.List;

/** The reserva-service process. */
final class ReservaMain {
  private static final String SERVICE = "reserva-service";

  public static void main(String[] args) {
    ServiceMain.run(
        args,
        environment ->
            List.of(
                new GrpcServerModule(GrpcServerConfig.from(environment)),
                new DynamoDbModule(DynamoDbConfig.from(environment, MinhaCaronaTable.DEFAULT_NAME)),
                new MetricsModule(MetricsConfig.from(environment, SERVICE)),
                new TracingModule(TracingConfig.from(environment, SERVICE)),
                new ReservaModule()));
  }

  private ReservaMain() {}
}
