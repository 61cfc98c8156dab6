package com.minhacarona.carona;

import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.dynamodb.BatchReads;
import com.minhacarona.table.CaronaItem;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One list of open rides, read page by page: a query for positions, then a batch read of the rides
 * at the next of them. The first page has as many as the caller wants, a hundred at most. As long
 * as rides that were read do not belong to the list, the pages grow. Used by one thread at a time.
 */
final class OpenCaronas {
  private static final int MAX_PAGE = BatchReads.MAX_KEYS;

  /** Reaches the largest page in four steps, so that a limit costs four more pages at most. */
  private static final int GROWTH = 4;

  private final CaronaList list;
  private final Filter filter;
  private final Clock clock;
  private final MergedPositions positions;
  private int page;
  private int left;

  /** A ride, and where the list goes on behind it. */
  record Listed(CaronaItem carona, Position position) {}

  /**
   * A list from its beginning, or from where another one was left.
   *
   * @param limit stop after this many rides
   */
  OpenCaronas(CaronaList list, Clock clock, Filter filter, Optional<Position> after, int limit) {
    this.list = list;
    this.clock = clock;
    this.filter = filter;
    this.positions = list.positions(filter, filter.from(clock.instant()), after);
    this.left = limit;
    this.page = Math.min(MAX_PAGE, limit);
  }

  /** The next rides, perhaps none of them open any more; empty after the last. */
  Optional<List<Listed>> nextPage() {
    List<Position> next = left == 0 ? List.of() : positions.next(page);
    if (next.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Position> places = new HashMap<>();
    next.forEach(position -> places.put(position.caronaId(), position));
    Instant now = clock.instant();
    List<Listed> open =
        list.caronas(next, Freshness.EVENTUAL).stream()
            .filter(carona -> filter.matches(carona, now))
            .limit(left)
            .map(carona -> new Listed(carona, places.get(carona.id())))
            .toList();
    left -= open.size();
    page = Math.min(MAX_PAGE, open.size() < next.size() ? page * GROWTH : left);
    return Optional.of(open);
  }
}
