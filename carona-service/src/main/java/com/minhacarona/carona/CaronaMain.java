package com.minhacarona.carona;

import com.google.inject.Module;
import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.carona.feed.SqsFeedConfig;
import com.minhacarona.carona.feed.SqsFeedModule;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.server.ServiceMain;
import com.minhacarona.table.MinhaCaronaTable;
import java.util.List;

/** The carona-service process. */
public final class CaronaMain {

  public static void main(String[] args) {
    ServiceMain.run(args, "carona-service", MinhaCaronaTable.DEFAULT_NAME, CaronaMain::features);
  }

  /** The modules of rides and live updates. */
  public static List<Module> features(Environment environment) {
    return List.of(
        new CaronaModule(CaronaConfig.from(environment)),
        new UpdatesModule(),
        SqsFeedConfig.from(environment)
            .<Module>map(SqsFeedModule::new)
            .orElseGet(DynamoDbStreamsFeedModule::new));
  }

  private CaronaMain() {}
}
