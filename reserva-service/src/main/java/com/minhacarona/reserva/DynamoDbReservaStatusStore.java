package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.BookingReads.Stored;
import com.minhacarona.reserva.StatusChangeResult.Changed;
import com.minhacarona.reserva.StatusChangeResult.ReservaNaoEncontrada;
import com.minhacarona.reserva.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Reads ride and reservation with one strong batch read, and changes them if both stayed as read.
 */
final class DynamoDbReservaStatusStore implements ReservaStatusStore {
  private static final Backoff AFTER_LOST_RACE =
      new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), 10);

  private final Transactions transactions;
  private final BookingReads reads;
  private final LastSeen lastSeen;
  private final String tableName;
  private final Clock clock;
  private final RandomGenerator random;

  @Inject
  DynamoDbReservaStatusStore(
      Transactions transactions,
      BookingReads reads,
      LastSeen lastSeen,
      DynamoDbConfig config,
      Clock clock,
      RandomGenerator random) {
    this.transactions = transactions;
    this.reads = reads;
    this.lastSeen = lastSeen;
    this.tableName = config.tableName();
    this.clock = clock;
    this.random = random;
  }

  @Override
  public StatusChangeResult change(StatusChange change) {
    for (int retry = 0; ; retry++) {
      Stored stored = reads.both(change.caronaId(), change.usuarioId());
      if (stored.reserva().isEmpty()
          || stored.carona().filter(c -> Tenant.sees(c.condominioId())).isEmpty()) {
        return new ReservaNaoEncontrada();
      }
      CaronaItem carona = stored.carona().get();
      ReservaItem reserva = stored.reserva().get();
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      if (reserva.status() == change.status()) {
        return new Changed(reserva);
      }
      if (!ReservaTransitions.allowed(reserva.status(), change.status(), carona, now)) {
        return new TransicaoInvalida(reserva);
      }
      ReservaItem changed = reserva.withStatus(change.status(), change.motivo(), now);
      switch (transactions.write(items(carona, reserva, changed, now))) {
        case Committed _ -> {
          lastSeen.forget(carona.id());
          return new Changed(changed);
        }
        case ConditionFailed _ -> {
          if (!AFTER_LOST_RACE.pause(retry, random)) {
            throw Errors.conflict();
          }
        }
      }
    }
  }

  private List<TransactWriteItem> items(
      CaronaItem carona, ReservaItem reserva, ReservaItem changed, Instant now) {
    return changed.status() == Status.CANCELADA
        ? new CancellationTransaction(carona, reserva, changed, now).items(tableName)
        : List.of(ConditionalPut.ofChanged(tableName, changed.toItem(), reserva.versao()));
  }
}
