package com.minhacarona.reserva;

import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.table.CaronaPartition.Page;
import com.minhacarona.table.ReservaItem;
import java.util.List;
import java.util.Optional;

/** Walks through the reservations of one ride page by page. Used by one thread at a time. */
final class ReservasOfCarona {
  private final ReservaList list;
  private final String caronaId;
  private final Optional<ReservaItem.Status> status;
  private Optional<Page> last = Optional.empty();

  /**
   * Starts at the first reservation.
   *
   * @param status only reservations with this status; all when empty
   */
  ReservasOfCarona(ReservaList list, String caronaId, Optional<ReservaItem.Status> status) {
    this.list = list;
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
    if (last.isPresent() && !last.get().more()) {
      return Optional.empty();
    }
    Page page = list.page(caronaId, last);
    if (last.isEmpty() && page.condominioId().filter(Tenant::sees).isEmpty()) {
      throw Refusals.caronaNaoEncontrada(caronaId);
    }
    last = Optional.of(page);
    return Optional.of(
        page.reservas().stream()
            .filter(r -> status.isEmpty() || r.status() == status.get())
            .toList());
  }
}
