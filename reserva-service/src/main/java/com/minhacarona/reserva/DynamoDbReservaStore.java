package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.BookingResult.Unchanged;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.runtime.dynamodb.Writing;
import com.minhacarona.table.ReservaItem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Books in the one table. A booking is one transaction without a read. When DynamoDB refuses it,
 * the old images tell why: either it is refused for good, or it is tried again in another form.
 */
final class DynamoDbReservaStore implements ReservaStore {
  /** The same pauses as after a conflict of transactions, because it is the same race. */
  private static final Backoff AFTER_LOST_RACE =
      new Backoff(Duration.ofMillis(5), Duration.ofMillis(40), 5);

  private final Transactions transactions;
  private final BookingReads reads;
  private final LastSeen lastSeen;
  private final ReservaMetrics metrics;
  private final String tableName;
  private final Clock clock;
  private final RandomGenerator random;

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
  public BookingResult book(NewReserva newReserva) {
    return transactions.carryOut(writing -> book(newReserva, writing));
  }

  private BookingResult book(NewReserva newReserva, Writing writing) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    BookingTransaction booking =
        BookingTransaction.of(newReserva, lastSeen.vagas(newReserva.caronaId()), now);
    int lostRaces = 0;
    while (true) {
      metrics.attempted();
      switch (writing.write(booking.items(tableName))) {
        case Committed _ -> {
          return booked(booking.booked());
        }
        case ConditionFailed failed -> {
          OldImages reported = OldImages.of(failed);
          reported.carona().ifPresent(lastSeen::saw);
          OldImages oldImages =
              Judgement.complete(
                  newReserva, reported, booking.cancelled(), () -> readReserva(newReserva), now);
          Optional<Unchanged> unchanged = Judgement.of(newReserva, oldImages, now);
          if (unchanged.isPresent()) {
            return ended(unchanged.get(), booking, writing);
          }
          if (booking.lostRace(oldImages) && !AFTER_LOST_RACE.pause(lostRaces++, random)) {
            throw Errors.conflict();
          }
          booking = booking.correctedBy(oldImages);
        }
      }
    }
  }

  private BookingResult ended(Unchanged unchanged, BookingTransaction booking, Writing writing) {
    return switch (unchanged) {
      // An attempt whose answer was lost did it: that is no earlier call. It may have had another
      // form, so the seats that it left are not known.
      case Repeated(var reserva) when !writing.isCertain() && booking.wrote(reserva) ->
          booked(new Booked(reserva, OptionalInt.empty()));
      case Repeated repeated -> repeated;
      case Unchanged refusal -> writing.negative(refusal);
    };
  }

  private Booked booked(Booked booked) {
    lastSeen.booked(booked);
    return booked;
  }

  @Override
  public Stored find(String caronaId, String usuarioId) {
    return reads.oneAfterTheOther(caronaId, usuarioId);
  }

  private Optional<ReservaItem> readReserva(NewReserva newReserva) {
    return reads.reserva(newReserva.caronaId(), newReserva.usuarioId());
  }
}
