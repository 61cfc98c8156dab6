package com.minhacarona.reserva;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.table.CaronaPartition.Page;
import com.minhacarona.table.ReservaItem;
import java.util.List;
import java.util.Optional;

/** Walks through the reservations of one ride page by page. Used by one thread at a time. */
final class ReservasOfCarona {
  private final ReservaList list;
  private final Caller caller;
  private final String caronaId;
  private final Optional<ReservaItem.Status> status;
  private Optional<Page> last = Optional.empty();
  private boolean over;

  /**
   * Starts at the first reservation.
   *
   * @param caller sees the ride's reservations as its driver, or its own as any other resident
   * @param status only reservations with this status; all when empty
   */
  ReservasOfCarona(
      ReservaList list, Caller caller, String caronaId, Optional<ReservaItem.Status> status) {
    this.list = list;
    this.caller = caller;
    this.caronaId = caronaId;
    this.status = status;
  }

  /**
   * Reads the next reservations, of which perhaps none has the status.
   *
   * @return empty after the last page
   * @throws io.grpc.StatusRuntimeException {@code NOT_FOUND CARONA_NAO_ENCONTRADA} when the caller
   *     sees no such ride
   */
  Optional<List<ReservaItem>> nextPage() {
    if (over) {
      return Optional.empty();
    }
    Page page = list.page(caronaId, last);
    if (last.isEmpty() && page.condominioId().filter(caller::sees).isEmpty()) {
      throw Refusals.caronaNaoEncontrada(caronaId).error();
    }
    boolean all = last.isPresent() || !caller.isUser() || drives(page);
    last = Optional.of(page);
    over = !all || !page.more();
    return Optional.of(
        (all ? page.reservas() : own(page).stream().toList())
            .stream().filter(r -> status.isEmpty() || r.status() == status.get()).toList());
  }

  private boolean drives(Page first) {
    return first.motoristaId().filter(caller::isUser).isPresent();
  }

  /** The caller's own reservation, which is on the first page of nearly every ride. */
  private Optional<ReservaItem> own(Page first) {
    Optional<ReservaItem> onPage =
        first.reservas().stream().filter(r -> caller.isUser(r.usuarioId())).findFirst();
    return onPage.isEmpty() && first.more() ? list.reserva(caronaId, caller.id()) : onPage;
  }
}
