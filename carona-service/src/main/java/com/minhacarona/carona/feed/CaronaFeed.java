package com.minhacarona.carona.feed;

import com.minhacarona.table.CaronaItem;

/**
 * Tells which rides changed, whatever task or service changed them. A feed may lose, repeat and
 * reorder changes; its listener goes by {@code versao}.
 */
public interface CaronaFeed {

  /** Begins to listen, on a thread of its own. */
  void start(Listener listener);

  /** Returns when the listener will hear nothing more. */
  void stop();

  /** Hears changes, from several threads at a time. */
  interface Listener {

    /** Tells the state of a ride after it was created or changed. */
    void changed(CaronaItem carona);

    /** Says that changes may have been missed up to now: what matters must be read again. */
    void gap();
  }
}
