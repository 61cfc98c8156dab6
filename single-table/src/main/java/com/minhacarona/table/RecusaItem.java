package com.minhacarona.table;

import static com.minhacarona.table.Attributes.*;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A request that came by the queue and was refused for good, as it is stored. While it is there,
 * the same request books nothing, however often the queue delivers it.
 *
 * @param requestId with {@code caronaId} and {@code usuarioId}, the request
 * @param condominioId the condominium that the request named
 * @param vagas seats that were asked for
 * @param reason why, for programs, such as {@code VAGAS_INSUFICIENTES}
 * @param message what to do, for people
 * @param metadata what belongs to the reason
 * @param recusadaEm when it was refused, to the millisecond
 */
public record RecusaItem(
    String caronaId,
    String usuarioId,
    String requestId,
    String condominioId,
    int vagas,
    String reason,
    String message,
    Map<String, String> metadata,
    Instant recusadaEm) {

  /**
   * How long a refusal is kept: longer than a copy of the request can take. It waits in the queue
   * for 4 days at most, then among the dead letters for 14, as a new message, and for 4 more once
   * it is put back. These are 22 days; the rest is for whoever does so twice in a hurry.
   */
  public static final Duration RETENTION = Duration.ofDays(30);

  /** The refusal with its key. */
  public Map<String, AttributeValue> toItem() {
    Map<String, AttributeValue> item = new HashMap<>(Keys.recusa(caronaId, usuarioId, requestId));
    item.put(CARONA_ID, Values.s(caronaId));
    item.put(USUARIO_ID, Values.s(usuarioId));
    item.put(REQUEST_ID, Values.s(requestId));
    item.put(CONDOMINIO_ID, Values.s(condominioId));
    item.put(VAGAS, Values.n(vagas));
    item.put(REASON, Values.s(reason));
    item.put(MESSAGE, Values.s(message));
    item.put(METADATA, Values.map(metadata));
    item.put(RECUSADA_EM, Values.s(recusadaEm));
    item.put(EXPIRA_EM, Values.n(recusadaEm.plus(RETENTION).getEpochSecond()));
    return item;
  }

  /**
   * Reads a refusal.
   *
   * @throws UnreadableItemException when this version cannot read it; see {@link ReadableItems}
   */
  public static RecusaItem from(Map<String, AttributeValue> item) {
    return new RecusaItem(
        Values.string(item, CARONA_ID),
        Values.string(item, USUARIO_ID),
        Values.string(item, REQUEST_ID),
        Values.string(item, CONDOMINIO_ID),
        Values.integer(item, VAGAS),
        Values.string(item, REASON),
        Values.string(item, MESSAGE),
        Values.textMap(item, METADATA),
        Values.instant(item, RECUSADA_EM));
  }
}
