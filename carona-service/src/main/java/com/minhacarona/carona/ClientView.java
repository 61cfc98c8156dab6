package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Knows what one client follows. Of the rides that it follows by their ids, and of older rides that
 * it says it has, knows the newest {@code versao} that the client has; of all other rides of a
 * condominium, that is known by a place in its topic. Not thread-safe.
 */
final class ClientView {
  private final Set<String> caronaIds = new HashSet<>();
  private final Map<String, TopicReader> topics = new HashMap<>();
  private final Map<String, Has> rides = new HashMap<>();

  /**
   * A ride.
   *
   * @param versao the version that the client has; 0 for none
   */
  private record Has(long versao, String condominioId) {}

  /**
   * Follows more, and returns the part of it that was not followed before.
   *
   * @param join gives the topic of a condominium
   */
  Subscription add(Subscription more, Function<String, Topic> join) {
    Subscription added =
        new Subscription(
            more.caronaIds().stream().filter(caronaIds::add).collect(Collectors.toSet()),
            more.condominioIds().stream()
                .filter(id -> !topics.containsKey(id))
                .collect(Collectors.toSet()));
    added.condominioIds().forEach(id -> topics.put(id, new TopicReader(join.apply(id))));
    return added;
  }

  /** Ceases to follow, and forgets the rides that nothing else follows. */
  void remove(Subscription less) {
    caronaIds.removeAll(less.caronaIds());
    topics.keySet().removeAll(less.condominioIds());
    rides.entrySet().removeIf(ride -> !follows(ride.getKey(), ride.getValue().condominioId()));
  }

  /**
   * Notes the present state of a ride.
   *
   * @param claimed the version that the client says it has; 0 for none. It cannot have a later one
   *     than the present one, so a claim of one is no knowledge: the table may have been restored
   *     to a state before it
   * @return whether the ride is followed
   */
  boolean present(CaronaItem carona, long claimed) {
    if (!follows(carona.id(), carona.condominioId())) {
      return false;
    }
    has(carona.id(), carona.condominioId(), claimed > carona.versao() ? 0 : claimed);
    return true;
  }

  /** Notes that the client was given a state, if the ride is one of those that are known here. */
  void give(CaronaItem carona) {
    if (knows(carona.id())) {
      has(carona.id(), carona.condominioId(), carona.versao());
    }
  }

  /** Notes a version that the client has of a ride; it may have a newer one. */
  void has(String caronaId, String condominioId, long versao) {
    rides.merge(
        caronaId,
        new Has(versao, condominioId),
        (before, now) -> before.versao() > now.versao() ? before : now);
  }

  /** Returns whether a state is newer than what is known here that the client has. */
  boolean isNews(CaronaItem carona) {
    Has has = rides.get(carona.id());
    return has == null || carona.versao() > has.versao();
  }

  /** Returns whether the ride is one of those of which the client's version is known here. */
  boolean knows(String caronaId) {
    return caronaIds.contains(caronaId) || rides.containsKey(caronaId);
  }

  /** Returns whether a version that the client has of the ride is noted here. */
  boolean hasNoted(String caronaId) {
    return rides.containsKey(caronaId);
  }

  /** The reader of a condominium's topic, if the condominium is followed. */
  Optional<TopicReader> topic(String condominioId) {
    return Optional.ofNullable(topics.get(condominioId));
  }

  /** The readers of all topics. */
  Collection<TopicReader> topics() {
    return topics.values();
  }

  /** The older rides that the client says it has. */
  Set<String> older() {
    Set<String> older = new HashSet<>(rides.keySet());
    older.removeAll(caronaIds);
    return older;
  }

  /** How many rides are followed at most: one may be counted twice. */
  int size() {
    int size = rides.size();
    for (TopicReader reader : topics.values()) {
      size += reader.topic().caronaIds().size();
    }
    return size;
  }

  /** How many rides would be followed with those of these that are followed. */
  long sizeWith(Collection<CaronaItem> present) {
    long inTopics =
        topics.values().stream().mapToLong(reader -> reader.topic().caronaIds().size()).sum();
    Stream<String> followed =
        present.stream()
            .filter(carona -> follows(carona.id(), carona.condominioId()))
            .map(CaronaItem::id);
    return inTopics
        + Stream.concat(rides.keySet().stream(), followed)
            .distinct()
            .filter(id -> !isInTopic(id))
            .count();
  }

  Subscription subscription() {
    return new Subscription(Set.copyOf(caronaIds), Set.copyOf(topics.keySet()));
  }

  private boolean follows(String caronaId, String condominioId) {
    return caronaIds.contains(caronaId) || topics.containsKey(condominioId);
  }

  private boolean isInTopic(String caronaId) {
    return topics.values().stream()
        .anyMatch(reader -> reader.topic().caronaIds().contains(caronaId));
  }
}
