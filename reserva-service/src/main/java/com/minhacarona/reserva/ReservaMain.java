package com.minhacarona.reserva;

import com.minhacarona.runtime.server.ServiceMain;
import com.minhacarona.table.MinhaCaronaTable;

/** The reserva-service process. */
final class ReservaMain {

  public static void main(String[] args) {
    ServiceMain.run(
        args,
        "reserva-service",
        MinhaCaronaTable.DEFAULT_NAME,
        environment -> ReservaConfig.from(environment).modules());
  }

  private ReservaMain() {}
}
