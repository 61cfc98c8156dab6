package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.ReservaStore.Stored;
import com.minhacarona.reserva.StatusChangeResult.Changed;
import com.minhacarona.reserva.StatusChangeResult.ReservaNaoEncontrada;
import com.minhacarona.reserva.StatusChangeResult.SemPermissao;
import com.minhacarona.reserva.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Already;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Decision;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Refused;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Write;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Reads the ride and then the reservation, and changes them on condition that both are still as
 * they were read.
 */
final class DynamoDbReservaStatusStore implements ReservaStatusStore {
  private static final Backoff AFTER_LOST_RACE =
      new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), 10);

  private final ReadModifyWrite readModifyWrite;
  private final BookingReads reads;
  private final LastSeen lastSeen;
  private final String tableName;
  private final Clock clock;

  @Inject
  DynamoDbReservaStatusStore(
      ReadModifyWrite readModifyWrite,
      BookingReads reads,
      LastSeen lastSeen,
      DynamoDbConfig config,
      Clock clock) {
    this.readModifyWrite = readModifyWrite;
    this.reads = reads;
    this.lastSeen = lastSeen;
    this.tableName = config.tableName();
    this.clock = clock;
  }

  @Override
  public StatusChangeResult change(StatusChange change) {
    return readModifyWrite.run(() -> readAndDecide(change), AFTER_LOST_RACE);
  }

  private Decision<StatusChangeResult> readAndDecide(StatusChange change) {
    Stored stored = reads.oneAfterTheOther(change.caronaId(), change.usuarioId());
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Optional<StatusChangeResult> unchanged = ReservaTransitions.judge(change, stored, now);
    if (unchanged.isPresent()) {
      return switch (unchanged.get()) {
        case Changed already -> new Already<>(already);
        case ReservaNaoEncontrada refusal -> new Refused<>(refusal);
        case SemPermissao refusal -> new Refused<>(refusal);
        case TransicaoInvalida refusal -> new Refused<>(refusal);
      };
    }
    CaronaItem carona = stored.carona().orElseThrow();
    ReservaItem reserva = stored.reserva().orElseThrow();
    ReservaItem changed = reserva.withStatus(change.status(), change.motivo(), now);
    return new Write<>(
        items(carona, reserva, changed, now),
        () -> {
          lastSeen.forget(carona.id());
          return new Changed(changed);
        });
  }

  private List<TransactWriteItem> items(
      CaronaItem carona, ReservaItem reserva, ReservaItem changed, Instant now) {
    return changed.status() == Status.CANCELADA
        ? new CancellationTransaction(carona, reserva, changed, now).items(tableName)
        : List.of(ConditionalPut.ofChanged(tableName, changed.toItem(), reserva.versao()));
  }
}
