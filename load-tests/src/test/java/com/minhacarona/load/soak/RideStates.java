package com.minhacarona.load.soak;

import com.minhacarona.runtime.dynamodb.TableChange;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.table.Keys;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All states that the rides had. */
final class RideStates {
  private final Map<String, String> seen = new ConcurrentHashMap<>();

  /** For each ride and version, what a read of it sees. */
  Map<String, String> seen() {
    return seen;
  }

  void note(TableChange change) {
    change
        .newImage()
        .filter(Keys::isCarona)
        .map(CaronaItem::from)
        .ifPresent(carona ->
            seen.put(
                carona.id() + " " + carona.versao(),
                CaronaModel.seen(
                    carona.status().name(), carona.vagasDisponiveis(), carona.versao())));
  }
}
