package com.minhacarona.carona;

import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.table.CaronaItem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where rides are found by condominium and departure. Thread-safe. */
interface CaronaList {

  /**
   * The places of rides by departure, with one query. Rides of a condominium are there whatever
   * their status, rides of all condominiums only while they are open.
   *
   * @param from the first departure
   * @param after the place to go on after, as this method returned it
   * @param limit at most this many
   * @param freshness only eventual for rides of all condominiums: indexes have no strong reads
   */
  Positions positions(
      Filter filter, Instant from, Optional<Position> after, int limit, Freshness freshness);

  /** Places in the order of the list, and whether there are more. */
  record Positions(List<Position> positions, boolean more) {}

  /** The rides at these places that are still there, in the same order, with one batch read. */
  List<CaronaItem> caronas(List<Position> positions, Freshness freshness);
}
