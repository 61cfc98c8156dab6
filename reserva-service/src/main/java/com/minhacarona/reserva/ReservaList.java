package com.minhacarona.reserva;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import java.util.List;
import java.util.Optional;

/** Where the reservations of a ride are found. Thread-safe. */
interface ReservaList {

  /**
   * The first reservations of a ride by resident, and the ride itself, with one query.
   *
   * @return empty when there is no such ride
   */
  Optional<First> first(String caronaId);

  /** The reservations after one of them. */
  Page next(ReservaItem after);

  /** A ride and the first page of its reservations. */
  record First(CaronaItem carona, Page page) {}

  /** Reservations by resident, and whether there are more. */
  record Page(List<ReservaItem> reservas, boolean more) {}
}
