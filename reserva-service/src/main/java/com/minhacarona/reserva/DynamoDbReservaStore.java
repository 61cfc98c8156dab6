package com.minhacarona.reserva;

import static com.minhacarona.reserva.BookingTransaction.CARONA;
import static com.minhacarona.reserva.BookingTransaction.RESERVA;

import com.google.common.util.concurrent.Striped;
import com.google.inject.Inject;
import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.CaronaFechada;
import com.minhacarona.reserva.BookingResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.BookingResult.MotoristaNaoReserva;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.BookingResult.ReservaJaExiste;
import com.minhacarona.reserva.BookingResult.Unchanged;
import com.minhacarona.reserva.BookingResult.VagasInsuficientes;
import com.minhacarona.reserva.BookingTransaction.Seats;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Reservations in the one table. A booking is one transaction that reads nothing first; when it is
 * cancelled, the old images that come with the reasons say why, and only where they may not say all
 * is there one read.
 */
final class DynamoDbReservaStore implements ReservaStore {
  /** Far more than there are processors and hot rides, so that two rides rarely share a lock. */
  private static final int STRIPES = 4_096;

  /** A queue for one ride that takes longer than this will not be done within a deadline. */
  private static final Duration MAX_QUEUEING = Duration.ofSeconds(5);

  /** As after a conflict of transactions, which this is but for the time between two of them. */
  private static final Backoff AFTER_LOST_RACE =
      new Backoff(Duration.ofMillis(5), Duration.ofMillis(40), 5);

  private final Transactions transactions;
  private final BookingReads reads;
  private final LastSeen lastSeen;
  private final ReservaMetrics metrics;
  private final String tableName;
  private final Clock clock;
  private final RandomGenerator random;
  private final Striped<Lock> locks = Striped.lock(STRIPES);

  @Inject
  DynamoDbReservaStore(
      Transactions transactions,
      BookingReads reads,
      LastSeen lastSeen,
      ReservaMetrics metrics,
      DynamoDbConfig config,
      Clock clock,
      RandomGenerator random) {
    this.transactions = transactions;
    this.reads = reads;
    this.lastSeen = lastSeen;
    this.metrics = metrics;
    this.tableName = config.tableName();
    this.clock = clock;
    this.random = random;
  }

  @Override
  public BookingResult book(NewReserva nova) {
    Optional<Unchanged> refusal = refusalByRead(nova);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    // One at a time for each ride, so that a rush on it does not conflict with itself.
    Lock lock = locks.get(nova.caronaId());
    acquire(lock);
    try {
      refusal = refusalByRead(nova);
      return refusal.isPresent() ? refusal.get() : write(nova);
    } finally {
      lock.unlock();
    }
  }

  /** Instead of a transaction that is bound to fail, and would consume writes all the same. */
  private Optional<Unchanged> refusalByRead(NewReserva nova) {
    if (!lastSeen.refuses(nova)) {
      return Optional.empty();
    }
    BookingReads.Stored stored = reads.both(nova.caronaId(), nova.usuarioId());
    stored.carona().ifPresent(lastSeen::saw);
    return Judgement.of(nova, stored.carona(), stored.reserva(), clock.instant());
  }

  /** First in the form that was guessed, then in the form that the old images ask for. */
  private BookingResult write(NewReserva nova) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Seats seats = lastSeen.after(nova);
    Optional<ReservaItem> cancelled = Optional.empty();
    boolean seatsCorrected = false;
    int lostRaces = 0;
    while (true) {
      BookingTransaction booking = new BookingTransaction(nova, seats, cancelled, now);
      metrics.attempted();
      switch (transactions.write(booking.items(tableName))) {
        case Committed _ -> {
          lastSeen.booked(booking);
          return new Booked(booking.reserva(), booking.vagasDisponiveis());
        }
        case ConditionFailed failed -> {
          Optional<CaronaItem> carona = image(failed, CARONA).map(CaronaItem::from);
          Optional<ReservaItem> reserva = image(failed, RESERVA).map(ReservaItem::from);
          carona.ifPresent(lastSeen::saw);
          Optional<Unchanged> refusal = refusal(nova, failed, carona, reserva, now);
          if (refusal.isPresent()) {
            return refusal.get();
          }
          // The form was wrong. Once is a wrong guess; again, and others change the same items.
          boolean lostRace =
              (failed.at(CARONA) && seatsCorrected)
                  || (failed.at(RESERVA) && cancelled.isPresent());
          if (lostRace && !AFTER_LOST_RACE.pause(lostRaces++, random)) {
            throw Errors.conflict();
          }
          if (failed.at(CARONA)) {
            seatsCorrected = true;
            seats = Seats.after(carona.orElseThrow().vagasDisponiveis(), nova.vagas());
          }
          if (failed.at(RESERVA)) {
            cancelled = reserva;
          }
        }
      }
    }
  }

  /** Empty when the booking may be tried again in another form. */
  private Optional<Unchanged> refusal(
      NewReserva nova,
      ConditionFailed failed,
      Optional<CaronaItem> carona,
      Optional<ReservaItem> reserva,
      Instant now) {
    if (!failed.at(CARONA)) {
      return reserva.flatMap(existing -> Judgement.ofReserva(nova, existing));
    }
    Optional<Unchanged> byImages = Judgement.of(nova, carona, reserva, now);
    if (byImages.isEmpty() || failed.at(RESERVA)) {
      return byImages;
    }
    return switch (byImages.get()) {
      // The caller may be repeating the very booking that filled the ride, and DynamoDB does not
      // promise to report every condition that failed.
      case VagasInsuficientes _, CaronaFechada _ ->
          Judgement.of(nova, carona, reads.reserva(nova.caronaId(), nova.usuarioId()), now);
      case CaronaNaoEncontrada _, MotoristaNaoReserva _, Repeated _, ReservaJaExiste _ -> byImages;
    };
  }

  private static Optional<Map<String, AttributeValue>> image(ConditionFailed failed, int position) {
    return Optional.of(failed.reasons().get(position).item()).filter(item -> !item.isEmpty());
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
