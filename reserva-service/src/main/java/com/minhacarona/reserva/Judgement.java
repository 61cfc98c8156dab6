package com.minhacarona.reserva;

import com.minhacarona.reserva.BookingResult.CaronaFechada;
import com.minhacarona.reserva.BookingResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.BookingResult.MotoristaNaoReserva;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.BookingResult.ReservaJaExiste;
import com.minhacarona.reserva.BookingResult.Unchanged;
import com.minhacarona.reserva.BookingResult.VagasInsuficientes;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a booking changes nothing, by what was stored. The conditions of the booking transaction ask
 * the same of the items, without saying which of them failed.
 */
final class Judgement {

  /** Of ride and reservation together; empty when the booking may go ahead. */
  static Optional<Unchanged> of(
      NewReserva nova, Optional<CaronaItem> carona, Optional<ReservaItem> reserva, Instant now) {
    if (carona.isEmpty() || !carona.get().condominioId().equals(nova.condominioId())) {
      return Optional.of(new CaronaNaoEncontrada());
    }
    return reserva
        .flatMap(existing -> ofReserva(nova, existing))
        .or(() -> ofCarona(nova, carona.get(), now));
  }

  /** Of the resident's reservation: it stands in the way unless it was cancelled. */
  static Optional<Unchanged> ofReserva(NewReserva nova, ReservaItem existing) {
    if (existing.isEffectOf(nova.requestId())) {
      return Optional.of(new Repeated(existing));
    }
    return existing.status() == ReservaItem.Status.CANCELADA
        ? Optional.empty()
        : Optional.of(new ReservaJaExiste(existing));
  }

  private static Optional<Unchanged> ofCarona(NewReserva nova, CaronaItem carona, Instant now) {
    if (carona.motoristaId().equals(nova.usuarioId())) {
      return Optional.of(new MotoristaNaoReserva());
    }
    return switch (carona.status()) {
      case EM_ANDAMENTO, CONCLUIDA, CANCELADA -> Optional.of(new CaronaFechada(carona));
      case ABERTA, LOTADA -> {
        if (!carona.partida().isAfter(now)) {
          yield Optional.of(new CaronaFechada(carona));
        }
        yield carona.vagasDisponiveis() < nova.vagas()
            ? Optional.of(new VagasInsuficientes(carona.vagasDisponiveis()))
            : Optional.empty();
      }
    };
  }

  private Judgement() {}
}
