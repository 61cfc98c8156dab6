package com.minhacarona.table;

import static com.minhacarona.table.Attributes.*;

import com.minhacarona.table.UsuarioItem.Canal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * A note that a resident is told of an event on a channel. Whoever wants to tell it claims the note
 * first, for a while; nobody else tells it until then. Once it is told, the note says so, and
 * nobody tells it again. A teller that is gone without a word leaves a claim that runs out.
 *
 * @param claimId names who claimed it last
 * @param claimAte when that claim runs out, to the millisecond; of no meaning once the note says
 *     how it ended
 * @param atualizadaEm when the note last changed, to the millisecond
 */
public record AvisoItem(
    String eventoId,
    String usuarioId,
    Canal canal,
    Status status,
    String claimId,
    Instant claimAte,
    Instant atualizadaEm) {

  /**
   * How long a note is kept. A repeat may come later, from the dead letters, but an event that is
   * older than a day is told to nobody any more.
   */
  public static final Duration RETENTION = Duration.ofDays(15);

  /** How far the telling has come, stored by name. */
  public enum Status {
    /** Somebody has claimed it, and may be sending it. */
    ENVIANDO,
    /** The provider has taken it. */
    ENVIADO,
    /** The provider has refused it for good. */
    RECUSADO
  }

  /** The same note after the claim has ended in this way. */
  public AvisoItem withStatus(Status next, Instant now) {
    return new AvisoItem(eventoId, usuarioId, canal, next, claimId, claimAte, now);
  }

  /** The note with its key. */
  public Map<String, AttributeValue> toItem() {
    Map<String, AttributeValue> item = new HashMap<>(Keys.aviso(eventoId, usuarioId, canal));
    item.put(EVENTO_ID, Values.s(eventoId));
    item.put(USUARIO_ID, Values.s(usuarioId));
    item.put(CANAL, Values.s(canal.name()));
    item.put(STATUS, Values.s(status.name()));
    item.put(CLAIM_ID, Values.s(claimId));
    item.put(CLAIM_ATE, Values.s(claimAte));
    item.put(ATUALIZADA_EM, Values.s(atualizadaEm));
    item.put(EXPIRA_EM, Values.n(atualizadaEm.plus(RETENTION).getEpochSecond()));
    return item;
  }

  /**
   * Reads a note.
   *
   * @throws UnreadableItemException when this version cannot read it
   */
  public static AvisoItem from(Map<String, AttributeValue> item) {
    return new AvisoItem(
        Values.string(item, EVENTO_ID),
        Values.string(item, USUARIO_ID),
        Values.constant(item, CANAL, Canal.class),
        Values.constant(item, STATUS, Status.class),
        Values.string(item, CLAIM_ID),
        Values.instant(item, CLAIM_ATE),
        Values.instant(item, ATUALIZADA_EM));
  }

  /**
   * Claims the note, on condition that there is none yet, or that the claim of another has run out.
   * When the condition fails, DynamoDB returns the old note with the reason.
   */
  public TransactWriteItem claim(String tableName) {
    return ConditionalPut.of(
        ConditionalPut.put(tableName, toItem())
            .conditionExpression(
                "attribute_not_exists(%s) OR (#status = :claimed AND %s <= :now)"
                    .formatted(PK, CLAIM_ATE))
            .expressionAttributeNames(Map.of("#status", STATUS))
            .expressionAttributeValues(
                Map.of(
                    ":claimed", Values.s(Status.ENVIANDO.name()), ":now", Values.s(atualizadaEm))));
  }

  /** Writes down how it ended, whoever has claimed it meanwhile: it is told, and so it is over. */
  public TransactWriteItem end(String tableName) {
    return ConditionalPut.of(ConditionalPut.put(tableName, toItem()));
  }

  /** Lets the claim run out now, on condition that it is still this one. */
  public TransactWriteItem release(String tableName, Instant now) {
    AvisoItem released = new AvisoItem(eventoId, usuarioId, canal, status, claimId, now, now);
    return ConditionalPut.of(
        ConditionalPut.put(tableName, released.toItem())
            .conditionExpression("#status = :claimed AND %s = :mine".formatted(CLAIM_ID))
            .expressionAttributeNames(Map.of("#status", STATUS))
            .expressionAttributeValues(
                Map.of(":claimed", Values.s(Status.ENVIANDO.name()), ":mine", Values.s(claimId))));
  }
}
