package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.util.Optional;

/** Where rides are kept. Thread-safe. */
interface CaronaStore {

  /** Stores a ride once, however often and from wherever it is asked to. */
  CreateResult create(NewCarona nova);

  /** One ride by id, with one read. */
  Optional<CaronaItem> find(String caronaId, Freshness freshness);

  /** What a read must have seen. */
  enum Freshness {
    /** What was written a moment ago may be missing; half the price. */
    EVENTUAL,
    /** Every write that was acknowledged before. */
    STRONG
  }
}
