package com.minhacarona.reserva;

import static com.minhacarona.table.Attributes.ATUALIZADA_EM;
import static com.minhacarona.table.Attributes.CONDOMINIO_ID;
import static com.minhacarona.table.Attributes.MOTORISTA_ID;
import static com.minhacarona.table.Attributes.PARTIDA;
import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.STATUS;
import static com.minhacarona.table.Attributes.VAGAS_DISPONIVEIS;
import static com.minhacarona.table.Attributes.VERSAO;

import com.minhacarona.reserva.BookingResult.Booked;
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
 * One booking as a transaction of two items, the ride and the reservation; one that comes by the
 * queue has a third, on condition that the request was not refused before. Nothing is read before
 * it, so it guesses some facts, and its conditions make it fail when a guess is wrong. The old
 * images that DynamoDB then returns correct the guess.
 *
 * @param vagasLeft whether this booking leaves seats on the ride
 * @param caronaSeen whether {@code vagasLeft} follows from an old image of the ride; else it is a
 *     guess
 * @param cancelled the old image of the resident's cancelled reservation on the ride; when empty,
 *     the guess is that the resident has none
 */
record BookingTransaction(
    NewReserva newReserva,
    VagasLeft vagasLeft,
    boolean caronaSeen,
    Optional<ReservaItem> cancelled,
    Instant now) {
  /** The positions of the items, and so of their cancellation reasons. */
  static final int CARONA = 0;

  static final int RESERVA = 1;

  static final int RECUSA = 2;

  /**
   * An update expression has no "if". A booking that takes the last seats must also set {@code
   * LOTADA} and leave the index of open rides, so it has an update of its own. The ride keeps its
   * shard, in which it opens again.
   */
  enum VagasLeft {
    SOME(
        " AND %s > :n".formatted(VAGAS_DISPONIVEIS),
        "SET %1$s = %1$s - :n, %2$s = %2$s + :one, %3$s = :now"
            .formatted(VAGAS_DISPONIVEIS, VERSAO, ATUALIZADA_EM)),
    NONE(
        " AND %s = :n".formatted(VAGAS_DISPONIVEIS),
        "SET %1$s = %1$s - :n, %2$s = %2$s + :one, %3$s = :now, #status = :lotada REMOVE %4$s"
            .formatted(
                VAGAS_DISPONIVEIS,
                VERSAO,
                ATUALIZADA_EM,
                String.join(", ", OpenCaronaIndex.WHILE_OPEN)));

    private final String condition;
    private final String update;

    VagasLeft(String condition, String update) {
      this.condition = condition;
      this.update = update;
    }

    private static VagasLeft after(int vagasDisponiveis, NewReserva newReserva) {
      return vagasDisponiveis == newReserva.vagas() ? NONE : SOME;
    }
  }

  private static final String OPEN_TO_USUARIO =
      "%s = :condominio AND #status = :aberta AND %s > :now AND %s <> :usuario"
          .formatted(CONDOMINIO_ID, PARTIDA, MOTORISTA_ID);

  /**
   * The first form of a booking.
   *
   * @param vagasSeen the seats that were last seen on the ride, for a better guess
   */
  static BookingTransaction of(NewReserva newReserva, OptionalInt vagasSeen, Instant now) {
    VagasLeft vagasLeft =
        vagasSeen.isPresent() ? VagasLeft.after(vagasSeen.getAsInt(), newReserva) : VagasLeft.SOME;
    return new BookingTransaction(newReserva, vagasLeft, false, Optional.empty(), now);
  }

  /**
   * The next form of this booking after DynamoDB refused it, when {@link Judgement} finds no reason
   * against the booking itself.
   */
  BookingTransaction correctedBy(OldImages oldImages) {
    return new BookingTransaction(
        newReserva,
        oldImages.caronaFailed()
            ? VagasLeft.after(oldImages.carona().orElseThrow().vagasDisponiveis(), newReserva)
            : vagasLeft,
        caronaSeen || oldImages.caronaFailed(),
        oldImages.reservaFailed() ? oldImages.reserva() : cancelled,
        now);
  }

  /**
   * Whether somebody changed an item after this booking had seen it. Otherwise a guess was wrong.
   */
  boolean lostRace(OldImages oldImages) {
    return (oldImages.caronaFailed() && caronaSeen)
        || (oldImages.reservaFailed() && cancelled.isPresent());
  }

  List<TransactWriteItem> items(String tableName) {
    return newReserva.queued()
        ? List.of(takeVagas(tableName), putReserva(tableName), requireNoRecusa(tableName))
        : List.of(takeVagas(tableName), putReserva(tableName));
  }

  /** The result once the transaction is committed. */
  Booked booked() {
    return new Booked(
        reserva(), vagasLeft == VagasLeft.NONE ? OptionalInt.of(0) : OptionalInt.empty());
  }

  /**
   * Whether a stored reservation is the work of this very transaction, of which the answer was
   * lost. Another call with the same {@code request_id} almost always wrote it at another
   * millisecond.
   */
  boolean wrote(ReservaItem stored) {
    return stored.equals(reserva());
  }

  private ReservaItem reserva() {
    return cancelled.map(c -> newReserva.again(c, now)).orElseGet(() -> newReserva.first(now));
  }

  private TransactWriteItem takeVagas(String tableName) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":n", Values.n(newReserva.vagas()));
    values.put(":one", Values.n(1));
    values.put(":now", Values.s(now));
    values.put(":condominio", Values.s(newReserva.condominioId()));
    values.put(":usuario", Values.s(newReserva.usuarioId()));
    values.put(":aberta", Values.s(CaronaItem.Status.ABERTA.name()));
    if (vagasLeft == VagasLeft.NONE) {
      values.put(":lotada", Values.s(CaronaItem.Status.LOTADA.name()));
    }
    return TransactWriteItem.builder()
        .update(u ->
            u.tableName(tableName)
                .key(Keys.carona(newReserva.caronaId()))
                .conditionExpression(OPEN_TO_USUARIO + vagasLeft.condition)
                .updateExpression(vagasLeft.update)
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

  private TransactWriteItem requireNoRecusa(String tableName) {
    return TransactWriteItem.builder()
        .conditionCheck(c ->
            c.tableName(tableName)
                .key(
                    Keys.recusa(
                        newReserva.caronaId(), newReserva.usuarioId(), newReserva.requestId()))
                .conditionExpression("attribute_not_exists(%s)".formatted(PK))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
        .build();
  }
}
