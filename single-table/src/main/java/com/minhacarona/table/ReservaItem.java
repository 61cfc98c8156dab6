package com.minhacarona.table;

import static com.minhacarona.table.Attributes.*;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A resident's reservation on a ride as it is stored.
 *
 * @param vagas seats held
 * @param versao 1 at creation, one more with every change
 * @param requestIds the requests that last took effect on it, oldest first, at most {@link
 *     #REQUEST_IDS_KEPT}; they make a repeated request harmless
 * @param motivo why the status last changed
 */
public record ReservaItem(
    String caronaId,
    String usuarioId,
    int vagas,
    Status status,
    long versao,
    List<String> requestIds,
    String motivo,
    Instant criadaEm,
    Instant atualizadaEm) {

  /** Enough, because hardly any resident cancels and books the same ride again ten times. */
  public static final int REQUEST_IDS_KEPT = 10;

  /** The life of a reservation, stored by name. */
  public enum Status {
    CONFIRMADA(true),
    CANCELADA(false),
    CONCLUIDA(true),
    NAO_COMPARECEU(true);

    private final boolean holdsVagas;

    Status(boolean holdsVagas) {
      this.holdsVagas = holdsVagas;
    }

    /** Whether a reservation in this state keeps its seats from others. */
    public boolean holdsVagas() {
      return holdsVagas;
    }
  }

  /** Whether the request took effect on this reservation. */
  public boolean isEffectOf(String requestId) {
    return requestIds.contains(requestId);
  }

  /** The same reservation after a change of its status, with the next {@code versao}. */
  public ReservaItem withStatus(Status next, String nextMotivo, Instant now) {
    return new ReservaItem(
        caronaId, usuarioId, vagas, next, versao + 1, requestIds, nextMotivo, criadaEm, now);
  }

  /**
   * The reservation with its key. A booking reads nothing, so it does not know the departure. The
   * reservation therefore expires when the latest ride that can be booked now has expired, which is
   * never before its own ride does.
   */
  public Map<String, AttributeValue> toItem() {
    Instant expiraEm = atualizadaEm.plus(CaronaItem.MAX_AHEAD).plus(CaronaItem.RETENTION);
    Map<String, AttributeValue> item = new HashMap<>(Keys.reserva(caronaId, usuarioId));
    item.put(CARONA_ID, Values.s(caronaId));
    item.put(USUARIO_ID, Values.s(usuarioId));
    item.put(VAGAS, Values.n(vagas));
    item.put(STATUS, Values.s(status.name()));
    item.put(VERSAO, Values.n(versao));
    item.put(REQUEST_IDS, Values.list(requestIds));
    Values.putOptional(item, MOTIVO, motivo);
    item.put(CRIADA_EM, Values.s(criadaEm));
    item.put(ATUALIZADA_EM, Values.s(atualizadaEm));
    item.put(EXPIRA_EM, Values.n(expiraEm.getEpochSecond()));
    return item;
  }

  /**
   * Reads a reservation.
   *
   * @throws UnreadableItemException when this version cannot read it; see {@link ReadableItems}
   */
  public static ReservaItem from(Map<String, AttributeValue> item) {
    return new ReservaItem(
        Values.string(item, CARONA_ID),
        Values.string(item, USUARIO_ID),
        Values.integer(item, VAGAS),
        Values.constant(item, STATUS, Status.class),
        Values.longInteger(item, VERSAO),
        Values.strings(item, REQUEST_IDS),
        Values.optionalString(item, MOTIVO),
        Values.instant(item, CRIADA_EM),
        Values.instant(item, ATUALIZADA_EM));
  }
}
