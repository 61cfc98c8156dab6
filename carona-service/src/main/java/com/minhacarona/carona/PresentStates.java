package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.util.List;
import java.util.Map;

/**
 * The present states of what a client begins to follow.
 *
 * @param ofCondominios the rides of each condominium, each ride once; streams that asked at the
 *     same moment share these lists
 * @param caronas the rides that were looked for by their ids and are not in the lists
 */
record PresentStates(Map<String, List<CaronaItem>> ofCondominios, List<CaronaItem> caronas) {

  /** Empty for a condominium that the caller does not see. */
  List<CaronaItem> ofCondominio(String condominioId) {
    return ofCondominios.getOrDefault(condominioId, List.of());
  }
}
