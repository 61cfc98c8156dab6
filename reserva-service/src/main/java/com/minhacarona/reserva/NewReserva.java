package com.minhacarona.reserva;

import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A booking that a resident asks for, with 1 to 8 seats.
 *
 * @param queued whether it comes by the queue, which may deliver it again after its refusal was
 *     told: it must not be booked then
 */
record NewReserva(
    String requestId,
    String caronaId,
    String usuarioId,
    String condominioId,
    int vagas,
    boolean queued) {

  /** A booking that a caller asks for, who waits for the answer. */
  NewReserva(String requestId, String caronaId, String usuarioId, String condominioId, int vagas) {
    this(requestId, caronaId, usuarioId, condominioId, vagas, false);
  }

  /** The same, if it comes by the queue. */
  NewReserva byQueue() {
    return new NewReserva(requestId, caronaId, usuarioId, condominioId, vagas, true);
  }

  /**
   * Whether this may be the request that took effect on a reservation before. A reservation does
   * not tell how many seats a request asked for when a later request has booked it anew.
   */
  boolean mayBeContentOf(ReservaItem earlier) {
    return earlier.vagas() == vagas || !earlier.requestIds().getLast().equals(requestId);
  }

  /** The resident's first reservation on the ride. */
  ReservaItem first(Instant now) {
    return new ReservaItem(
        caronaId, usuarioId, vagas, Status.CONFIRMADA, 1, List.of(requestId), "", now, now);
  }

  /** The same reservation, confirmed again after it was cancelled. */
  ReservaItem again(ReservaItem cancelled, Instant now) {
    List<String> requestIds = new ArrayList<>(cancelled.requestIds());
    requestIds.add(requestId);
    int tooMany = Math.max(0, requestIds.size() - ReservaItem.REQUEST_IDS_KEPT);
    return new ReservaItem(
        caronaId,
        usuarioId,
        vagas,
        Status.CONFIRMADA,
        cancelled.versao() + 1,
        List.copyOf(requestIds.subList(tooMany, requestIds.size())),
        "",
        cancelled.criadaEm(),
        now);
  }
}
