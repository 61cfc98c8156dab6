package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import java.time.Instant;
import java.util.Optional;

/**
 * Which rides a list is of.
 *
 * @param condominioId of this condominium; of all when empty
 * @param de departing at this instant or later; now when empty
 * @param ate departing before this instant; without end when empty
 * @param vagasMinimas with at least this many seats left
 */
record Filter(
    Optional<String> condominioId, Optional<Instant> de, Optional<Instant> ate, int vagasMinimas) {

  /** The same text for the same filter, on every task and in every version. */
  String fingerprint() {
    return String.join(
        "|",
        condominioId.orElse(""),
        de.map(Instant::toString).orElse(""),
        ate.map(Instant::toString).orElse(""),
        Integer.toString(vagasMinimas));
  }

  /** The first departure to look for. */
  Instant from(Instant now) {
    return de.filter(now::isBefore).orElse(now);
  }

  /** Whether a ride belongs to the list; its keys only promise condominium and departure. */
  boolean matches(CaronaItem carona, Instant now) {
    return carona.status() == Status.ABERTA
        && carona.vagasDisponiveis() >= vagasMinimas
        && carona.partida().isAfter(now);
  }
}
