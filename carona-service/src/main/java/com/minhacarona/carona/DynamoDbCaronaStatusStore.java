package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.carona.StatusChangeResult.SemPermissao;
import com.minhacarona.carona.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Already;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Decision;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Refused;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Write;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaPartition;
import com.minhacarona.table.CaronaPartition.Page;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.ReservaItem;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Reads a ride with its reservations, and replaces those that must change on condition that nobody
 * has changed them since. A ride has at most 50 seats, and so at most 50 confirmed reservations,
 * and a transaction takes 100 items.
 */
final class DynamoDbCaronaStatusStore implements CaronaStatusStore {
  /** The bookings of a ride can change it only as often as it has seats. */
  private static final Backoff AFTER_LOST_RACE =
      new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), 20);

  private final Reads reads;
  private final ReadModifyWrite readModifyWrite;
  private final SkippedItems skipped;
  private final String tableName;
  private final Clock clock;

  @Inject
  DynamoDbCaronaStatusStore(
      Reads reads,
      ReadModifyWrite readModifyWrite,
      SkippedItems skipped,
      DynamoDbConfig config,
      Clock clock) {
    this.reads = reads;
    this.readModifyWrite = readModifyWrite;
    this.skipped = skipped;
    this.tableName = config.tableName();
    this.clock = clock;
  }

  @Override
  public StatusChangeResult change(StatusChange change) {
    return readModifyWrite.run(() -> readAndDecide(change), AFTER_LOST_RACE);
  }

  private Decision<StatusChangeResult> readAndDecide(StatusChange change) {
    Page first = query(change.caronaId(), Optional.empty());
    Optional<CaronaItem> carona = first.carona();
    Optional<StatusChangeResult> unchanged = CaronaWithReservas.judge(change, carona);
    if (unchanged.isPresent()) {
      return switch (unchanged.get()) {
        case Changed already -> new Already<>(already);
        case CaronaNaoEncontrada refusal -> new Refused<>(refusal);
        case SemPermissao refusal -> new Refused<>(refusal);
        case TransicaoInvalida refusal -> new Refused<>(refusal);
      };
    }
    CaronaWithReservas changed =
        new CaronaWithReservas(carona.orElseThrow(), reservas(change.caronaId(), first))
            .changedBy(change, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    return new Write<>(replacements(changed), () -> new Changed(changed.carona()));
  }

  /** A change raises {@code versao} by one, so the one before is the one that was read. */
  private List<TransactWriteItem> replacements(CaronaWithReservas changed) {
    List<TransactWriteItem> puts = new ArrayList<>();
    CaronaItem carona = changed.carona();
    puts.add(ConditionalPut.ofChanged(tableName, carona.toItem(), carona.versao() - 1));
    for (ReservaItem reserva : changed.reservas()) {
      puts.add(ConditionalPut.ofChanged(tableName, reserva.toItem(), reserva.versao() - 1));
    }
    return puts;
  }

  /**
   * Reads on to the end of the ride's partition, except reservations that cannot be read: the
   * driver can cancel or leave all the same.
   */
  private List<ReservaItem> reservas(String caronaId, Page first) {
    Page page = first;
    List<ReservaItem> reservas = new ArrayList<>(page.reservas());
    while (page.more()) {
      page = query(caronaId, Optional.of(page));
      reservas.addAll(page.reservas());
    }
    return reservas;
  }

  private Page query(String caronaId, Optional<Page> previous) {
    return CaronaPartition.page(
        reads.query(CaronaPartition.query(caronaId, previous).consistentRead(true)), skipped);
  }
}
