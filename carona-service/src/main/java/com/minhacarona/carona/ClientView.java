package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Knows what one client follows, and the newest {@code versao} of each ride that the client has or
 * that waits for it. Not thread-safe.
 */
final class ClientView {
  private final Set<String> caronaIds = new HashSet<>();
  private final Set<String> condominioIds = new HashSet<>();
  private final Map<String, Newest> newest = new HashMap<>();

  /** Of a ride that the client says it has, the condominium is empty until the ride was seen. */
  private record Newest(long versao, String condominioId) {}

  /** Follows more, and returns the part of it that was not followed before. */
  Subscription add(Subscription more) {
    return new Subscription(
        more.caronaIds().stream().filter(caronaIds::add).collect(Collectors.toSet()),
        more.condominioIds().stream().filter(condominioIds::add).collect(Collectors.toSet()));
  }

  /** Ceases to follow, and forgets the rides that nothing else follows. */
  void remove(Subscription less) {
    caronaIds.removeAll(less.caronaIds());
    condominioIds.removeAll(less.condominioIds());
    forgetUnfollowed();
  }

  /** Notes what the client says it has, by id of ride. */
  void know(Map<String, Long> versions) {
    versions.forEach((carona, versao) ->
        newest.merge(
            carona,
            new Newest(versao, ""),
            (has, says) -> new Newest(Math.max(has.versao, says.versao), has.condominioId)));
  }

  /** Forgets the versions of rides that are not followed. */
  void forgetUnfollowed() {
    newest
        .entrySet()
        .removeIf(carona -> !follows(carona.getKey(), carona.getValue().condominioId()));
  }

  /** Returns whether a state is news for the client; then the client counts as having it. */
  boolean advance(CaronaItem carona) {
    if (!follows(carona.id(), carona.condominioId())) {
      return false;
    }
    Newest has = newest.get(carona.id());
    boolean news = has == null || has.versao() < carona.versao();
    newest.put(
        carona.id(), new Newest(news ? carona.versao() : has.versao(), carona.condominioId()));
    return news;
  }

  boolean knows(String caronaId) {
    return newest.containsKey(caronaId);
  }

  /** The rides that the client has, or that wait for it. */
  Set<String> known() {
    return Set.copyOf(newest.keySet());
  }

  /** How many rides there are. */
  int size() {
    return newest.size();
  }

  /** How many rides there would be with these, of which none is named twice. */
  long sizeWith(Collection<CaronaItem> caronas) {
    return newest.size() + caronas.stream().filter(carona -> !knows(carona.id())).count();
  }

  Subscription subscription() {
    return new Subscription(Set.copyOf(caronaIds), Set.copyOf(condominioIds));
  }

  private boolean follows(String caronaId, String condominioId) {
    return caronaIds.contains(caronaId) || condominioIds.contains(condominioId);
  }
}
