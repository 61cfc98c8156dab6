package com.minhacarona.carona;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import com.google.inject.Inject;
import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.carona.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.runtime.dynamodb.DynamoDbBudget;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReservaItem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Reads a ride with its reservations, and replaces what must change on condition that nobody
 * changed it meanwhile; a lost race reads and tries again. A ride has 50 seats at most, so at most
 * 50 confirmed reservations, and a transaction may have 100 items.
 */
final class DynamoDbCaronaStatusStore implements CaronaStatusStore {
  /** A ride that is being booked changes at most as often as it has seats. */
  private static final Backoff AFTER_LOST_RACE =
      new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), 20);

  private final DynamoDbClient dynamoDb;
  private final Transactions transactions;
  private final DynamoDbBudget budget;
  private final String tableName;
  private final Clock clock;
  private final RandomGenerator random;

  @Inject
  DynamoDbCaronaStatusStore(
      DynamoDbClient dynamoDb,
      Transactions transactions,
      DynamoDbBudget budget,
      DynamoDbConfig config,
      Clock clock,
      RandomGenerator random) {
    this.dynamoDb = dynamoDb;
    this.transactions = transactions;
    this.budget = budget;
    this.tableName = config.tableName();
    this.clock = clock;
    this.random = random;
  }

  /** A ride, and those of its reservations that are cancelled with it. */
  private record Ride(CaronaItem carona, List<ReservaItem> confirmed) {}

  @Override
  public StatusChangeResult change(StatusChange change) {
    for (int retry = 0; ; retry++) {
      Optional<Ride> found = read(change.caronaId());
      if (found.isEmpty() || !Tenant.sees(found.get().carona().condominioId())) {
        return new CaronaNaoEncontrada();
      }
      CaronaItem carona = found.get().carona();
      if (carona.status() == change.status()) {
        return new Changed(carona);
      }
      if (!CaronaTransitions.allowed(carona.status(), change.status())) {
        return new TransicaoInvalida(carona);
      }
      List<ReservaItem> freed =
          change.status() == Status.CANCELADA ? found.get().confirmed() : List.of();
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      CaronaItem changed =
          carona.withStatus(
              change.status(),
              carona.vagasDisponiveis() + freed.stream().mapToInt(ReservaItem::vagas).sum(),
              change.motivo(),
              now);
      switch (transactions.write(replacements(carona, changed, freed, now))) {
        case Committed _ -> {
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

  private List<TransactWriteItem> replacements(
      CaronaItem carona, CaronaItem changed, List<ReservaItem> freed, Instant now) {
    List<TransactWriteItem> puts = new ArrayList<>();
    puts.add(ConditionalPut.ofChanged(tableName, changed.toItem(), carona.versao()));
    for (ReservaItem reserva : freed) {
      ReservaItem cancelled =
          reserva.withStatus(ReservaItem.Status.CANCELADA, changed.motivo(), now);
      puts.add(ConditionalPut.ofChanged(tableName, cancelled.toItem(), reserva.versao()));
    }
    return puts;
  }

  private Optional<Ride> read(String caronaId) {
    Optional<CaronaItem> carona = Optional.empty();
    List<ReservaItem> confirmed = new ArrayList<>();
    Map<String, AttributeValue> start = Map.of();
    do {
      var page = dynamoDb.query(query(caronaId, start));
      for (Map<String, AttributeValue> item : page.items()) {
        if (Keys.isCarona(item)) {
          carona = Optional.of(CaronaItem.from(item));
        } else {
          ReservaItem reserva = ReservaItem.from(item);
          if (reserva.status() == ReservaItem.Status.CONFIRMADA) {
            confirmed.add(reserva);
          }
        }
      }
      start = page.lastEvaluatedKey();
    } while (!start.isEmpty());
    return carona.map(c -> new Ride(c, confirmed));
  }

  private QueryRequest query(String caronaId, Map<String, AttributeValue> start) {
    return QueryRequest.builder()
        .tableName(tableName)
        .keyConditionExpression("%s = :ride AND %s >= :first".formatted(PK, SK))
        .expressionAttributeValues(
            Map.of(":ride", Keys.caronaPartition(caronaId), ":first", Keys.caronaSortKey()))
        .consistentRead(true)
        .exclusiveStartKey(start.isEmpty() ? null : start)
        .overrideConfiguration(budget.read())
        .build();
  }
}
