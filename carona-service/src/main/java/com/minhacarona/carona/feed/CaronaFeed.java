package com.minhacarona.carona.feed;

import com.minhacarona.table.CaronaItem;

/**
 * Tells what changed, wherever it was changed. A feed may lose, repeat and reorder changes; who
 * listens goes by {@code versao}.
 */
public interface CaronaFeed {

  /** Begins to listen, on a thread of its own. */
  void start(Listener listener);

  /** Returns when the listener will hear nothing more. */
  void stop();

  /** Who listens; may be called by several threads at a time. */
  interface Listener {

    /** A ride was created or changed; its state after that. */
    void changed(CaronaItem carona);

    /** Changes may have been missed up to now: what matters must be read again. */
    void gap();
  }
}
