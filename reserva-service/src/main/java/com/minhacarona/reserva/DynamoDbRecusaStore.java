package com.minhacarona.reserva;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.REQUEST_IDS;
import static com.minhacarona.table.Attributes.VAGAS;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.runtime.dynamodb.Writing;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.Keys;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.Values;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Remembers refusals in the one table. A refusal is written on condition that the request has not
 * booked, and {@link BookingTransaction} books on condition that it was not refused, so of two
 * copies of a message only one can get its way.
 */
final class DynamoDbRecusaStore implements RecusaStore {
  /** The position of the refusal, and so of its cancellation reason. */
  private static final int RECUSA = 0;

  /**
   * With other seats, the reservation is the work of another request that has the same id, and that
   * is what the refusal says.
   */
  private static final String NOT_ITS_EFFECT =
      "attribute_not_exists(%s) OR NOT contains(%s, :request) OR %s <> :vagas"
          .formatted(PK, REQUEST_IDS, VAGAS);

  private final Transactions transactions;
  private final String tableName;

  @Inject
  DynamoDbRecusaStore(Transactions transactions, DynamoDbConfig config) {
    this.transactions = transactions;
    this.tableName = config.tableName();
  }

  @Override
  public Remembered remember(RecusaItem recusa) {
    return transactions.carryOut(writing -> remember(recusa, writing));
  }

  private Remembered remember(RecusaItem recusa, Writing writing) {
    return switch (writing.write(
        List.of(ConditionalPut.ofNew(tableName, recusa.toItem()), requireNotBooked(recusa)))) {
      case Committed _ -> new Recusada(recusa);
      case ConditionFailed failed when failed.at(RECUSA) ->
          new Recusada(RecusaItem.from(failed.reasons().get(RECUSA).item()));
      case ConditionFailed _ -> writing.negative(new Reservada());
    };
  }

  private TransactWriteItem requireNotBooked(RecusaItem recusa) {
    return TransactWriteItem.builder()
        .conditionCheck(c ->
            c.tableName(tableName)
                .key(Keys.reserva(recusa.caronaId(), recusa.usuarioId()))
                .conditionExpression(NOT_ITS_EFFECT)
                .expressionAttributeValues(
                    Map.of(
                        ":request", Values.s(recusa.requestId()),
                        ":vagas", Values.n(recusa.vagas()))))
        .build();
  }
}
