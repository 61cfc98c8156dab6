package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Knows what one client follows, and the newest {@code versao} of each ride that the client has:
 * that it was given, or that it says it has. Not thread-safe.
 */
final class ClientView {
  private final Set<String> caronaIds = new HashSet<>();
  private final Set<String> condominioIds = new HashSet<>();
  private final Map<String, Has> rides = new HashMap<>();

  /**
   * A ride that was seen, or that the client says it has.
   *
   * @param given the version that the client was given on this stream; 0 for none
   * @param claimed the version that the client says it has; 0 for none
   * @param condominioId empty until the ride was seen
   */
  private record Has(long given, long claimed, String condominioId) {
    static final Has NOTHING = new Has(0, 0, "");

    long versao() {
      return Math.max(given, claimed);
    }
  }

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
  void claim(Map<String, Long> versions) {
    versions.forEach((carona, versao) ->
        rides.merge(
            carona,
            new Has(0, versao, ""),
            (has, says) ->
                new Has(has.given, Math.max(has.claimed, says.claimed), has.condominioId)));
  }

  /**
   * Notes the present state of a ride. A client cannot have a later one, so a claim of one is no
   * knowledge: the table may have been restored to a state before it.
   *
   * @return whether the ride is followed
   */
  boolean present(CaronaItem carona) {
    if (!sees(carona)) {
      return false;
    }
    rides.computeIfPresent(
        carona.id(),
        (_, has) -> has.claimed > carona.versao() ? new Has(has.given, 0, has.condominioId) : has);
    return true;
  }

  /** Notes that the client was given a state. */
  void give(CaronaItem carona) {
    rides.computeIfPresent(
        carona.id(),
        (_, has) -> new Has(Math.max(has.given, carona.versao()), has.claimed, has.condominioId));
  }

  /** Forgets the versions of rides that are not followed. */
  void forgetUnfollowed() {
    rides
        .entrySet()
        .removeIf(carona -> !follows(carona.getKey(), carona.getValue().condominioId()));
  }

  /** Returns whether the ride is followed; then it is known from now on. */
  boolean sees(CaronaItem carona) {
    if (!follows(carona)) {
      return false;
    }
    Has has = rides.getOrDefault(carona.id(), Has.NOTHING);
    rides.put(carona.id(), new Has(has.given, has.claimed, carona.condominioId()));
    return true;
  }

  /** Returns whether a state is newer than what the client was given. */
  boolean isNewerThanGiven(CaronaItem carona) {
    return carona.versao() > rides.getOrDefault(carona.id(), Has.NOTHING).given;
  }

  /** Returns whether a state is newer than what the client has. */
  boolean isNews(CaronaItem carona) {
    return carona.versao() > rides.getOrDefault(carona.id(), Has.NOTHING).versao();
  }

  boolean knows(String caronaId) {
    return rides.containsKey(caronaId);
  }

  /** The rides that the client has, or that were seen for it. */
  Set<String> known() {
    return Set.copyOf(rides.keySet());
  }

  /** How many rides there are. */
  int size() {
    return rides.size();
  }

  /** How many rides there would be with those of these that are followed, each named once. */
  long sizeWith(Collection<CaronaItem> caronas) {
    return rides.size()
        + caronas.stream().filter(this::follows).filter(carona -> !knows(carona.id())).count();
  }

  /** How many condominiums are followed. */
  int condominios() {
    return condominioIds.size();
  }

  Subscription subscription() {
    return new Subscription(Set.copyOf(caronaIds), Set.copyOf(condominioIds));
  }

  private boolean follows(CaronaItem carona) {
    return follows(carona.id(), carona.condominioId());
  }

  private boolean follows(String caronaId, String condominioId) {
    return caronaIds.contains(caronaId) || condominioIds.contains(condominioId);
  }
}
