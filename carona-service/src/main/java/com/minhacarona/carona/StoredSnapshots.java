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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads the present states from the lists of rides, with strong reads. */
final class StoredSnapshots implements Snapshots {
  /** A condominium's ride that departed longer ago is over, or nobody follows it any more. */
  static final Duration LOOKING_BACK = Duration.ofHours(24);

  private final CaronaList list;
  private final Clock clock;

  @Inject
  StoredSnapshots(CaronaList list, Clock clock) {
    this.list = list;
    this.clock = clock;
  }

  @Override
  public void read(Subscription subscription, Consumer<CaronaItem> to) {
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
    Part part = list.parts(filter, from, Optional.empty()).getFirst();
    int seen = 0;
    Positions page;
    do {
      page = list.positions(part, BatchReads.MAX_KEYS, Freshness.STRONG);
      List<Position> unread =
          page.positions().stream().filter(p -> !read.contains(p.caronaId())).toList();
      if (!unread.isEmpty()) {
        list.caronas(unread, Freshness.STRONG).forEach(to);
      }
      if (!page.positions().isEmpty()) {
        part = part.behind(Optional.of(page.positions().getLast()));
      }
      seen += page.positions().size();
    } while (page.more() && seen <= Subscription.MAX_CARONAS);
  }
}
