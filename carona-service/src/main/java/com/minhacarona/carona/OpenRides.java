package com.minhacarona.carona;

import com.minhacarona.carona.CaronaList.Posicoes;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.dynamodb.BatchReads;
import com.minhacarona.table.CaronaItem;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One list of open rides, read page by page: a query for places, then a batch read of the rides at
 * the next hundred of them. Used by one thread at a time.
 */
final class OpenRides {
  private static final int PAGE = BatchReads.MAX_KEYS;

  private final CaronaList list;
  private final Filtro filtro;
  private final Clock clock;
  private final Instant from;
  private final Deque<Posicao> places = new ArrayDeque<>();
  private Optional<Posicao> after;
  private boolean morePlaces = true;
  private int left;

  /**
   * A list from its beginning, or from where another one was left.
   *
   * @param limite stop after this many rides
   */
  OpenRides(CaronaList list, Clock clock, Filtro filtro, Optional<Posicao> after, int limite) {
    this.list = list;
    this.clock = clock;
    this.filtro = filtro;
    this.from = filtro.from(clock.instant());
    this.after = after;
    this.left = limite;
  }

  /** The next rides, perhaps none of them open any more; empty after the last. */
  Optional<List<CaronaItem>> nextPage() {
    int page = Math.min(PAGE, left);
    if (morePlaces && places.size() < page) {
      // One more than a page, to learn without another query whether this one is the last.
      Posicoes found = list.positions(filtro, from, after, page + 1, Freshness.EVENTUAL);
      places.addAll(found.posicoes());
      morePlaces = found.more();
      after = Optional.ofNullable(places.peekLast());
    }
    if (places.isEmpty() || left == 0) {
      return Optional.empty();
    }
    List<Posicao> next = new ArrayList<>(page);
    while (next.size() < page && !places.isEmpty()) {
      next.add(places.poll());
    }
    Instant now = clock.instant();
    List<CaronaItem> open =
        list.rides(next, Freshness.EVENTUAL).stream()
            .filter(carona -> filtro.matches(carona, now))
            .toList();
    left -= open.size();
    return Optional.of(open);
  }
}
