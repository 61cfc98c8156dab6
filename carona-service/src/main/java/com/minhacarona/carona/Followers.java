package com.minhacarona.carona;

import com.google.common.collect.Sets;
import com.minhacarona.table.CaronaItem;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * An index of followers by the ride that they follow, and by the condominium of which they follow
 * all rides. Keeps nothing of a ride or condominium without followers. Thread-safe.
 */
final class Followers {
  private final ConcurrentMap<String, Set<Follower>> byCarona = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Set<Follower>> byCondominio = new ConcurrentHashMap<>();

  /** Adds a follower; no change that happens after the return is kept from it. */
  void add(Follower follower, Subscription subscription) {
    add(byCarona, subscription.caronaIds(), follower);
    add(byCondominio, subscription.condominioIds(), follower);
  }

  void remove(Follower follower, Subscription subscription) {
    remove(byCarona, subscription.caronaIds(), follower);
    remove(byCondominio, subscription.condominioIds(), follower);
  }

  /**
   * The followers of a ride or of its condominium, each once, as a view that may be read while
   * followers come and go.
   */
  Set<Follower> of(CaronaItem carona) {
    return Sets.union(
        byCarona.getOrDefault(carona.id(), Set.of()),
        byCondominio.getOrDefault(carona.condominioId(), Set.of()));
  }

  /** Everything that has a follower now. */
  Subscription all() {
    return new Subscription(Set.copyOf(byCarona.keySet()), Set.copyOf(byCondominio.keySet()));
  }

  private static void add(
      ConcurrentMap<String, Set<Follower>> index, Collection<String> keys, Follower follower) {
    for (String key : keys) {
      index.compute(
          key,
          (_, followers) -> {
            Set<Follower> set = followers == null ? ConcurrentHashMap.newKeySet() : followers;
            set.add(follower);
            return set;
          });
    }
  }

  private static void remove(
      ConcurrentMap<String, Set<Follower>> index, Collection<String> keys, Follower follower) {
    for (String key : keys) {
      index.computeIfPresent(
          key,
          (_, followers) -> {
            followers.remove(follower);
            return followers.isEmpty() ? null : followers;
          });
    }
  }
}
