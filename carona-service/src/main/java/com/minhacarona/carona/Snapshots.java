package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The present states of what is followed, strongly read: a change that was told before the reading
 * began is in them. Thread-safe.
 */
interface Snapshots {

  /**
   * Reads page by page the rides of these ids that are there, and then the other rides of the
   * condominiums, of each as many as a stream may follow.
   */
  void read(Subscription subscription, Consumer<CaronaItem> to);

  /** All states, for one stream; at most a page more than a stream may follow. */
  default List<CaronaItem> of(Subscription subscription) {
    List<CaronaItem> caronas = new ArrayList<>();
    read(subscription, caronas::add);
    return caronas;
  }
}
