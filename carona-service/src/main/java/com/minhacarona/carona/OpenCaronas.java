package com.minhacarona.carona;

import com.minhacarona.carona.CaronaList.Positions;
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
  private final Instant from;
  private final Deque<Position> positions = new ArrayDeque<>();
  private Optional<Position> after;
  private boolean morePositions = true;
  private int page;
  private int left;

  /**
   * A list from its beginning, or from where another one was left.
   *
   * @param limit stop after this many rides
   */
  OpenCaronas(CaronaList list, Clock clock, Filter filter, Optional<Position> after, int limit) {
    this.list = list;
    this.clock = clock;
    this.filter = filter;
    this.from = filter.from(clock.instant());
    this.after = after;
    this.left = limit;
    this.page = Math.min(MAX_PAGE, limit);
  }

  /** The next rides, perhaps none of them open any more; empty after the last. */
  Optional<List<CaronaItem>> nextPage() {
    if (left == 0) {
      return Optional.empty();
    }
    if (morePositions && positions.size() < page) {
      // One more than a page, to learn without another query whether this one is the last.
      Positions found = list.positions(filter, from, after, page + 1, Freshness.EVENTUAL);
      positions.addAll(found.positions());
      morePositions = found.more();
      after = Optional.ofNullable(positions.peekLast());
    }
    if (positions.isEmpty()) {
      return Optional.empty();
    }
    List<Position> next = new ArrayList<>(page);
    while (next.size() < page && !positions.isEmpty()) {
      next.add(positions.poll());
    }
    Instant now = clock.instant();
    List<CaronaItem> open =
        list.caronas(next, Freshness.EVENTUAL).stream()
            .filter(carona -> filter.matches(carona, now))
            .limit(left)
            .toList();
    left -= open.size();
    page = Math.min(MAX_PAGE, open.size() < next.size() ? page * GROWTH : left);
    return Optional.of(open);
  }
}
