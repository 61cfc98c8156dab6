package com.minhacarona.reserva;

import static com.minhacarona.table.Attributes.ATUALIZADA_EM;
import static com.minhacarona.table.Attributes.CONDOMINIO_ID;
import static com.minhacarona.table.Attributes.MOTORISTA_ID;
import static com.minhacarona.table.Attributes.PARTIDA;
import static com.minhacarona.table.Attributes.STATUS;
import static com.minhacarona.table.Attributes.VAGAS_DISPONIVEIS;
import static com.minhacarona.table.Attributes.VERSAO;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.Keys;
import com.minhacarona.table.OpenCaronaIndex;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.Values;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * One booking as one transaction of two items, ride and reservation, which reads nothing first.
 * What it must suppose of them instead, it puts into their conditions:
 *
 * @param seats whether seats are left on the ride after this booking
 * @param cancelled the resident's earlier reservation on the ride, which was cancelled; empty when
 *     there is none
 */
record BookingTransaction(
    NewReserva nova, Seats seats, Optional<ReservaItem> cancelled, Instant now) {
  /** The positions of the two items, and so of their cancellation reasons. */
  static final int CARONA = 0;

  static final int RESERVA = 1;

  /**
   * An update expression has no "if", so a booking that fills the ride, and takes it out of the
   * index of open rides, is another one than a booking that does not.
   */
  enum Seats {
    SOME_LEFT(
        " AND %s > :n".formatted(VAGAS_DISPONIVEIS),
        "SET %1$s = %1$s - :n, %2$s = %2$s + :one, %3$s = :now"
            .formatted(VAGAS_DISPONIVEIS, VERSAO, ATUALIZADA_EM)),
    NONE_LEFT(
        " AND %s = :n".formatted(VAGAS_DISPONIVEIS),
        "SET %1$s = %1$s - :n, %2$s = %2$s + :one, %3$s = :now, #status = :lotada REMOVE %4$s"
            .formatted(
                VAGAS_DISPONIVEIS,
                VERSAO,
                ATUALIZADA_EM,
                String.join(", ", OpenCaronaIndex.ATTRIBUTES)));

    private final String condition;
    private final String update;

    Seats(String condition, String update) {
      this.condition = condition;
      this.update = update;
    }

    /** What a booking of {@code wanted} seats leaves of those that are there. */
    static Seats after(int vagasDisponiveis, int wanted) {
      return vagasDisponiveis == wanted ? NONE_LEFT : SOME_LEFT;
    }
  }

  private static final String OPEN_TO_THE_USUARIO =
      "%s = :condominio AND #status = :aberta AND %s > :now AND %s <> :usuario"
          .formatted(CONDOMINIO_ID, PARTIDA, MOTORISTA_ID);

  List<TransactWriteItem> items(String tableName) {
    return List.of(takeVagas(tableName), putReserva(tableName));
  }

  /** The reservation as it is once the transaction is committed. */
  ReservaItem reserva() {
    return cancelled.map(c -> nova.again(c, now)).orElseGet(() -> nova.first(now));
  }

  /** The seats left once the transaction is committed, where that is certain. */
  OptionalInt vagasDisponiveis() {
    return seats == Seats.NONE_LEFT ? OptionalInt.of(0) : OptionalInt.empty();
  }

  private TransactWriteItem takeVagas(String tableName) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":n", Values.n(nova.vagas()));
    values.put(":one", Values.n(1));
    values.put(":now", Values.s(now));
    values.put(":condominio", Values.s(nova.condominioId()));
    values.put(":usuario", Values.s(nova.usuarioId()));
    values.put(":aberta", Values.s(CaronaItem.Status.ABERTA.name()));
    if (seats == Seats.NONE_LEFT) {
      values.put(":lotada", Values.s(CaronaItem.Status.LOTADA.name()));
    }
    return TransactWriteItem.builder()
        .update(u ->
            u.tableName(tableName)
                .key(Keys.carona(nova.caronaId()))
                .conditionExpression(OPEN_TO_THE_USUARIO + seats.condition)
                .updateExpression(seats.update)
                .expressionAttributeNames(Map.of("#status", STATUS))
                .expressionAttributeValues(values)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
        .build();
  }

  private TransactWriteItem putReserva(String tableName) {
    Map<String, AttributeValue> item = reserva().toItem();
    return cancelled
        .map(c -> ConditionalPut.ofChanged(tableName, item, c.versao()))
        .orElseGet(() -> ConditionalPut.ofNew(tableName, item));
  }
}
