package com.minhacarona.both;

import com.google.inject.Module;
import com.minhacarona.carona.CaronaMain;
import com.minhacarona.reserva.ReservaConfig;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.server.ServiceMain;
import com.minhacarona.table.MinhaCaronaTable;
import java.util.List;
import java.util.stream.Stream;

/**
 * The process of a small deployment: carona-service and reserva-service, with the queues that it
 * works off, on one port and with one table, one admission, one drain.
 */
final class BothMain {

  public static void main(String[] args) {
    ServiceMain.run(args, "both-services", MinhaCaronaTable.DEFAULT_NAME, BothMain::features);
  }

  private static List<Module> features(Environment environment) {
    return Stream.concat(
            CaronaMain.features(environment).stream(),
            ReservaConfig.from(environment).modules().stream())
        .toList();
  }

  private BothMain() {}
}
