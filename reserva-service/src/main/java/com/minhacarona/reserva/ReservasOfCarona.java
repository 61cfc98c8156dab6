package com.minhacarona.reserva;

import com.minhacarona.reserva.ReservaList.Page;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.table.ReservaItem;
import java.util.List;
import java.util.Optional;

/** The reservations of one ride, read page by page. Used by one thread at a time. */
final class ReservasOfCarona {
  private final ReservaList list;
  private final String caronaId;
  private final Optional<ReservaItem.Status> status;
  private Optional<Page> last = Optional.empty();

  /**
   * A list from its beginning.
   *
   * @param status only those with this status; all when empty
   */
  ReservasOfCarona(ReservaList list, String caronaId, Optional<ReservaItem.Status> status) {
    this.list = list;
    this.caronaId = caronaId;
    this.status = status;
  }

  /**
   * The next reservations, perhaps none of them with the status; empty after the last.
   *
   * @throws io.grpc.StatusRuntimeException {@code NOT_FOUND CARONA_NAO_ENCONTRADA} when the caller
   *     sees no such ride
   */
  Optional<List<ReservaItem>> nextPage() {
    if (last.isPresent() && !last.get().more()) {
      return Optional.empty();
    }
    Page page = last.isEmpty() ? first() : list.next(last.get().reservas().getLast());
    last = Optional.of(page);
    return Optional.of(
        page.reservas().stream()
            .filter(r -> status.isEmpty() || r.status() == status.get())
            .toList());
  }

  private Page first() {
    return list.first(caronaId)
        .filter(first -> Tenant.sees(first.carona().condominioId()))
        .map(ReservaList.First::page)
        .orElseThrow(() -> Refusals.caronaNaoEncontrada(caronaId));
  }
}
