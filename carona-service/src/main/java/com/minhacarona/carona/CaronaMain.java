package com.minhacarona.carona;

import com.google.inject.Module;
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

/** The carona-service process. */
final class CaronaMain {
  private static final String SERVICE = "carona-service";

  public static void main(String[] args) {
    ServiceMain.run(
        args,
        environment ->
            List.of(
                new GrpcServerModule(GrpcServerConfig.from(environment)),
                new DynamoDbModule(DynamoDbConfig.from(environment, MinhaCaronaTable.DEFAULT_NAME)),
                new MetricsModule(MetricsConfig.from(environment, SERVICE)),
                new TracingModule(TracingConfig.from(environment, SERVICE)),
                SqsFeedConfig.from(environment)
                    .<Module>map(SqsFeedModule::new)
                    .orElseGet(DynamoDbStreamsFeedModule::new),
                new CaronaModule(CaronaConfig.from(environment))));
  }

  private CaronaMain() {}
}
