package com.minhacarona.carona;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.call.ErrorTranslation;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.runtime.call.WorkPermits;
import com.minhacarona.runtime.process.Steady;
import com.minhacarona.table.CaronaItem;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;

/**
 * Rides as this task knew them a moment ago, so that many questions about one ride are few reads of
 * its partition. Of one ride, one eventual read is under way at a time, for all who wait, and
 * another one when that takes longer than an answer may be old; a ride that is asked for is read
 * again before it is too old. Does not keep that a ride is absent: it may be created the next
 * moment. Thread-safe.
 */
final class RecentCaronas {
  /** Counts the questions that memory could answer, and those that it could not. */
  static final String CACHE = "vagas.cache";

  /** A few hundred bytes each: tens of megabytes when full. */
  private static final int MAX_CARONAS = 50_000;

  /** A ride is read again when it is half as old as it may be: there is time for a slow read. */
  private static final int REFRESHED_AT = 2;

  private final CaronaStore store;
  private final WorkPermits permits;
  private final ExecutorService threads;
  private final Clock clock;
  private final Duration staleness;
  private final Duration refreshedAt;
  private final Counter hits;
  private final Counter misses;
  private final Cache<String, Reading> cache;
  private final ConcurrentMap<String, SharedRead> underWay = new ConcurrentHashMap<>();

  @Inject
  RecentCaronas(
      CaronaConfig config,
      CaronaStore store,
      WorkPermits permits,
      ExecutorService callExecutor,
      MeterRegistry meters,
      @Steady Clock clock) {
    this.store = store;
    this.permits = permits;
    this.threads = callExecutor;
    this.clock = clock;
    this.staleness = config.vagasStaleness();
    this.refreshedAt = staleness.dividedBy(REFRESHED_AT);
    this.hits = meters.counter(CACHE, "result", "hit");
    this.misses = meters.counter(CACHE, "result", "miss");
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(MAX_CARONAS)
            .expireAfterWrite(staleness)
            .ticker(() -> nanos(clock.instant()))
            .executor(callExecutor)
            .build();
  }

  /**
   * A ride, and how old this state of it may be.
   *
   * @param at when the read of it began; what the feed told since may be younger
   */
  private record Reading(CaronaItem carona, Instant at) {}

  /** A ride that is known, and how long ago it was read. */
  record Known(CaronaItem carona, Duration age) {}

  /** The ride if it is known well enough; never waits. */
  Optional<Known> known(String caronaId) {
    Optional<Known> known = recalled(caronaId);
    (known.isPresent() ? hits : misses).increment();
    if (known.isPresent() && known.get().age().compareTo(refreshedAt) >= 0) {
      refresh(caronaId);
    }
    return known;
  }

  private Optional<Known> recalled(String caronaId) {
    // The cache itself forgets later: whatever is written to it counts as new.
    return Optional.ofNullable(cache.getIfPresent(caronaId))
        .map(reading -> new Known(reading.carona(), age(reading.at())))
        .filter(known -> !isOld(known.age()));
  }

  /**
   * Reads a ride for the current call, or waits for an eventual read that is under way. Blocks.
   *
   * @return the ride, and how old it may have been when it was asked for; empty when there is none
   * @throws io.grpc.StatusRuntimeException when the store did not answer, or not in time
   */
  Optional<Known> read(String caronaId, Freshness freshness) {
    if (freshness == Freshness.STRONG) {
      // A read that began before the question may have missed what the asker knows of.
      return find(caronaId, Freshness.STRONG).map(RecentCaronas::fresh);
    }
    while (true) {
      // The call may have waited for its place while others read. What the caller must not see is
      // read as if it were absent, so that the time that it takes tells nothing.
      Optional<Known> recalled =
          recalled(caronaId).filter(known -> Tenant.sees(known.carona().condominioId()));
      if (recalled.isPresent()) {
        return recalled;
      }
      SharedRead mine = new SharedRead(clock.instant());
      SharedRead others = underWay.putIfAbsent(caronaId, mine);
      Duration age = others == null ? Duration.ZERO : age(others.began());
      if (others == null || (isOld(age) && underWay.replace(caronaId, others, mine))) {
        return readForAll(mine, caronaId).map(RecentCaronas::fresh);
      }
      if (!isOld(age)) {
        return others.await().map(carona -> new Known(carona, age));
      }
    }
  }

  /** The deadline of the one who reads is not that of the others. */
  private Optional<CaronaItem> readForAll(SharedRead mine, String caronaId) {
    Context withoutDeadline = Context.current().fork();
    Context own = withoutDeadline.attach();
    try {
      return readFor(mine, caronaId);
    } finally {
      withoutDeadline.detach(own);
    }
  }

  private void refresh(String caronaId) {
    if (underWay.containsKey(caronaId)) {
      return;
    }
    Optional<WorkPermits.Permit> permit = permits.tryAcquire();
    if (permit.isEmpty()) {
      return; // If nobody finds a place before it is too old, a call waits for one.
    }
    SharedRead mine = new SharedRead(clock.instant());
    if (underWay.putIfAbsent(caronaId, mine) != null) {
      permit.get().release(Status.OK);
      return;
    }
    try {
      threads.execute(Context.ROOT.wrap(() -> readAhead(mine, caronaId, permit.get())));
    } catch (RuntimeException e) {
      underWay.remove(caronaId, mine);
      mine.fail(ErrorTranslation.of(e));
      permit.get().release(Status.CANCELLED);
    }
  }

  /** Those who ask wait for this read or hear of its failure; nobody else does. */
  private void readAhead(SharedRead mine, String caronaId, WorkPermits.Permit permit) {
    Status end = Status.OK;
    try {
      var _ = readFor(mine, caronaId);
    } catch (StatusRuntimeException e) {
      end = e.getStatus();
    } finally {
      permit.release(end);
    }
  }

  private Optional<CaronaItem> readFor(SharedRead mine, String caronaId) {
    try {
      Optional<CaronaItem> carona = find(caronaId, Freshness.EVENTUAL);
      // Before it is told: who asks after that gets what is known now, or another read.
      underWay.remove(caronaId, mine);
      mine.tell(carona);
      return carona;
    } catch (Throwable t) {
      StatusRuntimeException failure = ErrorTranslation.of(t);
      underWay.remove(caronaId, mine);
      mine.fail(failure);
      throw failure;
    }
  }

  private static Known fresh(CaronaItem carona) {
    return new Known(carona, Duration.ZERO);
  }

  private Optional<CaronaItem> find(String caronaId, Freshness freshness) {
    Instant began = clock.instant();
    Optional<CaronaItem> carona = store.find(caronaId, freshness);
    carona.ifPresent(found -> remember(new Reading(found, began)));
    return carona;
  }

  /** Keeps a ride that this task just wrote, so that its next answers show the change. */
  void remember(CaronaItem carona) {
    remember(new Reading(carona, clock.instant()));
  }

  /**
   * Keeps a reading unless a later state is known. That one then grows old from when it was read:
   * if the table was restored to an earlier state, it is forgotten.
   */
  private void remember(Reading reading) {
    cache
        .asMap()
        .merge(
            reading.carona().id(),
            reading,
            (known, read) -> isLater(known, read) && !isOld(age(known.at())) ? known : read);
  }

  private static boolean isLater(Reading known, Reading read) {
    long news = read.carona().versao() - known.carona().versao();
    return news < 0 || (news == 0 && known.at().isAfter(read.at()));
  }

  private Duration age(Instant at) {
    return Duration.between(at, clock.instant());
  }

  private boolean isOld(Duration age) {
    return age.compareTo(staleness) >= 0;
  }

  /**
   * Takes a state that the feed tells, if the ride is known. The answers become younger by it, and
   * count as old as before: the feed may have more to tell.
   */
  void heard(CaronaItem carona) {
    cache
        .asMap()
        .computeIfPresent(
            carona.id(),
            (_, known) ->
                known.carona().versao() < carona.versao()
                    ? new Reading(carona, known.at())
                    : known);
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
  }
}
