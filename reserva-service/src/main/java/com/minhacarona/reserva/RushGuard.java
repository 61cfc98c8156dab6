package com.minhacarona.reserva;

import com.google.common.util.concurrent.Striped;
import com.minhacarona.reserva.BookingResult.Unchanged;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * Protects a store from a rush on one ride. Bookings of one ride go to the store one at a time, so
 * that they don't conflict with each other, and a booking of more seats than were last seen is
 * refused by a read, because a transaction would fail and consume writes all the same. Thread-safe.
 */
final class RushGuard implements ReservaStore {
  /** Far more than there are processors and busy rides, so that two rides rarely share a lock. */
  private static final int STRIPES = 4_096;

  /** A booking that has queued for so long would not be done within its caller's deadline. */
  private static final Duration MAX_QUEUEING = Duration.ofSeconds(5);

  private final ReservaStore store;
  private final LastSeen lastSeen;
  private final Clock clock;
  private final Striped<Lock> locks = Striped.lock(STRIPES);

  RushGuard(ReservaStore store, LastSeen lastSeen, Clock clock) {
    this.store = store;
    this.lastSeen = lastSeen;
    this.clock = clock;
  }

  @Override
  public BookingResult book(NewReserva newReserva) {
    Optional<Unchanged> refusal = refusalByRead(newReserva);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Lock lock = locks.get(newReserva.caronaId());
    acquire(lock);
    try {
      // The ride may have filled while this booking waited.
      refusal = refusalByRead(newReserva);
      return refusal.isPresent() ? refusal.get() : store.book(newReserva);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Stored find(String caronaId, String usuarioId) {
    return store.find(caronaId, usuarioId);
  }

  /**
   * Reads only when too few seats were last seen; empty when the booking may go ahead. Leaves it to
   * a transaction when there is a reservation that is cancelled now: it may have held seats when
   * the ride was read, and only a transaction sees both at one moment.
   */
  private Optional<Unchanged> refusalByRead(NewReserva newReserva) {
    OptionalInt seen = lastSeen.vagas(newReserva.caronaId());
    if (seen.isEmpty() || seen.getAsInt() >= newReserva.vagas()) {
      return Optional.empty();
    }
    Stored stored = store.find(newReserva.caronaId(), newReserva.usuarioId());
    stored.carona().ifPresent(lastSeen::saw);
    return Judgement.of(newReserva, stored.carona(), stored.reserva(), clock.instant())
        .filter(refusal -> stored.reserva().isEmpty() || !Judgement.dependsOnReserva(refusal));
  }

  private static void acquire(Lock lock) {
    try {
      if (!lock.tryLock(Deadlines.atMost(MAX_QUEUEING).toNanos(), TimeUnit.NANOSECONDS)) {
        throw Errors.conflict();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Errors.conflict();
    }
  }
}
