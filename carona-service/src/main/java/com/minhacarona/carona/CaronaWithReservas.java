package com.minhacarona.carona;

import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.carona.StatusChangeResult.SemPermissao;
import com.minhacarona.carona.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A ride and its reservations, which a change of the ride's status may change too. */
record CaronaWithReservas(CaronaItem carona, List<ReservaItem> reservas) {

  /**
   * Judges a change by what is stored. Whoever does not see the ride learns nothing of it, and
   * whoever may not change it does not learn whether the change would be allowed.
   *
   * @return the result when nothing is to be changed; empty when the change may go ahead
   */
  static Optional<StatusChangeResult> judge(StatusChange change, Optional<CaronaItem> stored) {
    if (stored.isEmpty() || !change.caller().sees(stored.get().condominioId())) {
      return Optional.of(new CaronaNaoEncontrada());
    }
    CaronaItem carona = stored.get();
    if (!change.caller().mayActAs(carona.motoristaId())) {
      return Optional.of(new SemPermissao());
    }
    if (carona.status() == change.status()) {
      return Optional.of(new Changed(carona));
    }
    return CaronaTransitions.allowed(carona.status(), change.status())
        ? Optional.empty()
        : Optional.of(new TransicaoInvalida(carona));
  }

  /**
   * Makes the change, which must be allowed. A cancellation cancels the confirmed reservations too,
   * and their seats are free again.
   *
   * @return the items that replace others, each with the next {@code versao}
   */
  CaronaWithReservas changedBy(StatusChange change, Instant now) {
    List<ReservaItem> freed =
        change.status() == Status.CANCELADA
            ? reservas.stream().filter(r -> r.status() == ReservaItem.Status.CONFIRMADA).toList()
            : List.of();
    int vagas = carona.vagasDisponiveis() + freed.stream().mapToInt(ReservaItem::vagas).sum();
    return new CaronaWithReservas(
        carona.withStatus(change.status(), vagas, change.motivo(), now),
        freed.stream()
            .map(r -> r.withStatus(ReservaItem.Status.CANCELADA, change.motivo(), now))
            .toList());
  }
}
