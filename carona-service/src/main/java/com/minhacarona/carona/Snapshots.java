package com.minhacarona.carona;

import com.google.common.collect.Lists;
import com.google.inject.Inject;
import com.minhacarona.carona.CaronaList.Positions;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.dynamodb.BatchReads;
import com.minhacarona.table.CaronaItem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The present states of what is followed, strongly read: a change that was told before the reading
 * began is in them.
 */
final class Snapshots {
  /** A condominium's ride that departed longer ago is over, or nobody cares any more. */
  static final Duration LOOKING_BACK = Duration.ofHours(24);

  private final CaronaList list;
  private final Clock clock;

  @Inject
  Snapshots(CaronaList list, Clock clock) {
    this.list = list;
    this.clock = clock;
  }

  /** All states, for one stream; at most a page more than a stream may follow. */
  List<CaronaItem> of(Subscription subscription) {
    List<CaronaItem> caronas = new ArrayList<>();
    read(subscription, caronas::add);
    return caronas;
  }

  /**
   * Reads page by page the rides of these ids that are there, and then the other rides of the
   * condominiums, of each as many as a stream may follow.
   */
  void read(Subscription subscription, Consumer<CaronaItem> to) {
    caronas(subscription.caronaIds(), to);
    for (String condominio : subscription.condominioIds()) {
      ofCondominio(condominio, subscription.caronaIds(), to);
    }
  }

  private void caronas(Collection<String> caronaIds, Consumer<CaronaItem> to) {
    for (List<String> page : Lists.partition(List.copyOf(caronaIds), BatchReads.MAX_KEYS)) {
      list.caronas(
              page.stream().map(id -> new Position(Instant.EPOCH, id)).toList(), Freshness.STRONG)
          .forEach(to);
    }
  }

  private void ofCondominio(String condominioId, Set<String> read, Consumer<CaronaItem> to) {
    Filter filter = new Filter(Optional.of(condominioId), Optional.empty(), Optional.empty(), 0);
    Instant from = clock.instant().minus(LOOKING_BACK);
    Optional<Position> after = Optional.empty();
    int seen = 0;
    Positions page;
    do {
      page = list.positions(filter, from, after, BatchReads.MAX_KEYS, Freshness.STRONG);
      List<Position> unread =
          page.positions().stream().filter(p -> !read.contains(p.caronaId())).toList();
      if (!unread.isEmpty()) {
        list.caronas(unread, Freshness.STRONG).forEach(to);
      }
      if (!page.positions().isEmpty()) {
        after = Optional.of(page.positions().getLast());
      }
      seen += page.positions().size();
    } while (page.more() && seen <= UpdateStream.MAX_CARONAS);
  }
}
