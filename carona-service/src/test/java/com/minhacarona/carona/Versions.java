package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import java.time.Instant;

/** States of rides, one for each version. */
final class Versions {

  /** A ride of {@code cond-1} at a version, each of them different. */
  static CaronaItem of(String id, long versao) {
    return of(id, "cond-1", versao);
  }

  static CaronaItem of(String id, String condominioId, long versao) {
    CaronaItem carona = Examples.carona(id, condominioId, Instant.parse("2026-12-01T12:00:00Z"));
    for (long v = 2; v <= versao; v++) {
      carona = next(carona);
    }
    return carona;
  }

  static CaronaItem next(CaronaItem carona) {
    return carona.withStatus(Status.ABERTA, 4, "v" + (carona.versao() + 1), carona.atualizadaEm());
  }

  private Versions() {}
}
