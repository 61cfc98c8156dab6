package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.process.Steady;
import com.minhacarona.table.CaronaItem;
import io.grpc.StatusRuntimeException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Who follows which ride, and who follows which condominium, whose states its followers share.
 * Keeps nothing of a ride or condominium without followers. Thread-safe.
 */
final class Followers {
  /**
   * Rides of all condominiums that are followed on a task: 60 MB, if each takes 600 bytes with its
   * two messages. Past them nobody begins to follow a condominium; changes are not refused.
   */
  static final int MAX_STATES = 100_000;

  private final ConcurrentMap<String, Set<Follower>> byCarona = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Topic> byCondominio = new ConcurrentHashMap<>();
  private final AtomicInteger states = new AtomicInteger();
  private final Clock wall;
  private final Clock steady;

  /**
   * Followers of nothing.
   *
   * @param wall by which rides have departed
   * @param steady by which states have been here for some time
   */
  @Inject
  Followers(Clock wall, @Steady Clock steady) {
    this.wall = wall;
    this.steady = steady;
  }

  /** Adds a follower of rides; no change that happens after the return is kept from it. */
  void add(Follower follower, Collection<String> caronaIds) {
    for (String caronaId : caronaIds) {
      byCarona.compute(
          caronaId,
          (_, followers) -> {
            Set<Follower> set = followers == null ? ConcurrentHashMap.newKeySet() : followers;
            set.add(follower);
            return set;
          });
    }
  }

  /** Adds a follower of a condominium; likewise. */
  Topic join(Follower follower, String condominioId) {
    return byCondominio.compute(
        condominioId,
        (_, present) -> {
          Topic topic = present == null ? new Topic(condominioId, states, steady) : present;
          topic.followers().add(follower);
          return topic;
        });
  }

  void remove(Follower follower, Subscription subscription) {
    for (String caronaId : subscription.caronaIds()) {
      byCarona.computeIfPresent(
          caronaId,
          (_, followers) -> {
            followers.remove(follower);
            return followers.isEmpty() ? null : followers;
          });
    }
    for (String condominioId : subscription.condominioIds()) {
      byCondominio.computeIfPresent(
          condominioId,
          (_, topic) -> {
            topic.followers().remove(follower);
            if (topic.followers().isEmpty()) {
              topic.close();
              return null;
            }
            return topic;
          });
    }
  }

  /** Tells a state, from whenever, to those who follow the ride. */
  void tell(CaronaItem carona) {
    Topic topic = byCondominio.get(carona.condominioId());
    Set<Follower> followers = byCarona.getOrDefault(carona.id(), Set.of());
    if (topic == null && followers.isEmpty()) {
      return;
    }
    Update update = new Update(carona);
    if (topic != null) {
      tell(topic, topic.tell(update));
    }
    forEach(followers, follower -> follower.offer(update));
  }

  /**
   * Tells the states of a condominium that were read strongly to those who follow it.
   *
   * @param readAfter the end of the topic at a moment before the reading began
   * @throws StatusRuntimeException {@code SOBRECARGA} when there are too many rides
   */
  void tell(Topic topic, List<CaronaItem> read, long readAfter) {
    int more = Math.max(0, read.size() - topic.caronaIds().size());
    try {
      if (states.addAndGet(more) > MAX_STATES) {
        throw Errors.shed();
      }
      topic.forget(wall.instant().minus(StoredSnapshots.LOOKING_BACK));
      read.forEach(carona -> tell(topic, topic.read(carona, readAfter)));
    } finally {
      // From now on the topic counts them itself.
      states.addAndGet(-more);
    }
  }

  private static void tell(Topic topic, OptionalLong replaced) {
    replaced.ifPresent(
        place -> forEach(topic.followers(), follower -> follower.told(topic, place)));
  }

  /** Runs an action on each; those with which it fails end, and the others are not affected. */
  static <F extends Follower> void forEach(Collection<F> followers, Consumer<F> action) {
    followers.forEach(follower -> {
      try {
        action.accept(follower);
      } catch (RuntimeException e) {
        follower.fail(e);
      }
    });
  }

  /** Everything that has a follower now: condominiums, and rides of which a state was told. */
  Subscription all() {
    Set<String> caronaIds = ConcurrentHashMap.newKeySet();
    caronaIds.addAll(byCarona.keySet());
    byCondominio.values().forEach(topic -> caronaIds.addAll(topic.caronaIds()));
    return new Subscription(caronaIds, Set.copyOf(byCondominio.keySet()));
  }
}
