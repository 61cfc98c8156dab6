package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The newest state of each ride of one condominium, in the order in which they were told. All
 * streams that follow the condominium share it, and each keeps the place up to which its client was
 * told. A newer state takes a place at the end and leaves none behind, so whoever reads slowly
 * finds each ride once. Thread-safe.
 */
final class Topic {
  /**
   * How long a ride is remembered that is no longer among the present states, and how long each
   * state that was told. No stream lives as long, so none still waits for it, or had an older one.
   */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  private final String condominioId;
  private final AtomicInteger statesOfAll;
  private final Clock steady;
  private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<String, Told> byCarona = new ConcurrentHashMap<>();
  private final ConcurrentNavigableMap<Long, Told> byPlace = new ConcurrentSkipListMap<>();

  private boolean closed;

  /** The end of the order: what has a place up to here is there to be read. */
  private volatile long last;

  /**
   * A topic without rides.
   *
   * @param statesOfAll counts the rides of all topics
   * @param steady for how long a state has been here
   */
  Topic(String condominioId, AtomicInteger statesOfAll, Clock steady) {
    this.condominioId = condominioId;
    this.statesOfAll = statesOfAll;
    this.steady = steady;
  }

  /**
   * The newest state of a ride.
   *
   * @param place in the order, from 1
   * @param at when it was told, by the steady clock
   */
  record Told(long place, Update update, Instant at) {
    CaronaItem carona() {
      return update.carona();
    }
  }

  String condominioId() {
    return condominioId;
  }

  /** Those to be told of changes. */
  Set<Follower> followers() {
    return followers;
  }

  /**
   * Takes a state, from whenever, unless the ride has this one or a newer one.
   *
   * @return the place of the state that it replaced, 0 if there was none; empty if it was no news
   */
  synchronized OptionalLong tell(Update update) {
    Told before = byCarona.get(update.carona().id());
    return before != null && before.carona().versao() >= update.carona().versao()
        ? OptionalLong.empty()
        : put(update, before);
  }

  /**
   * Takes a state that was read strongly.
   *
   * @param readAfter the end of the order at a moment before the reading began. A later version
   *     that was told before then is gone from the table, which was restored to an earlier state
   * @return as {@link #tell}
   */
  synchronized OptionalLong read(CaronaItem carona, long readAfter) {
    Told before = byCarona.get(carona.id());
    boolean restored =
        before != null && before.carona().versao() > carona.versao() && before.place() <= readAfter;
    return restored ? put(new Update(carona), before) : tell(new Update(carona));
  }

  private OptionalLong put(Update update, @Nullable Told before) {
    if (closed) {
      return OptionalLong.empty();
    }
    Told told = new Told(last + 1, update, steady.instant());
    byCarona.put(update.carona().id(), told);
    byPlace.put(told.place(), told);
    last = told.place();
    if (before == null) {
      statesOfAll.incrementAndGet();
      return OptionalLong.of(0);
    }
    byPlace.remove(before.place());
    return OptionalLong.of(before.place());
  }

  /**
   * Forgets rides of which nobody needs to be told any more.
   *
   * @param from the departure from which on rides are among the present states
   */
  synchronized void forget(Instant from) {
    Instant toldBefore = steady.instant().minus(REMEMBERED);
    Instant departedBefore = from.minus(REMEMBERED);
    byCarona
        .values()
        .removeIf(told -> {
          boolean over =
              told.carona().partida().isBefore(departedBefore) && told.at().isBefore(toldBefore);
          if (over) {
            byPlace.remove(told.place());
            statesOfAll.decrementAndGet();
          }
          return over;
        });
  }

  /** Forgets all rides, and takes no more: nobody follows the condominium any longer. */
  synchronized void close() {
    closed = true;
    statesOfAll.addAndGet(-byCarona.size());
    byCarona.clear();
    byPlace.clear();
  }

  /** The place of the state that was told last. */
  long last() {
    return last;
  }

  /** What was told first behind a place. */
  Optional<Told> after(long place) {
    return Optional.ofNullable(byPlace.higherEntry(place)).map(entry -> entry.getValue());
  }

  /** What was told behind one place and up to another. */
  Collection<Told> between(long after, long upTo) {
    return byPlace.subMap(after, false, upTo, true).values();
  }

  /** The newest state of a ride. */
  Optional<Told> newest(String caronaId) {
    return Optional.ofNullable(byCarona.get(caronaId));
  }

  /** The rides of which a state was told. */
  Set<String> caronaIds() {
    return byCarona.keySet();
  }
}
