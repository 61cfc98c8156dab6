package com.minhacarona.reserva;

import com.minhacarona.reserva.BookingResult.CaronaFechada;
import com.minhacarona.reserva.BookingResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.BookingResult.MotoristaNaoReserva;
import com.minhacarona.reserva.BookingResult.RecusadaAntes;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.BookingResult.RequestIdReutilizado;
import com.minhacarona.reserva.BookingResult.ReservaJaExiste;
import com.minhacarona.reserva.BookingResult.Unchanged;
import com.minhacarona.reserva.BookingResult.VagasInsuficientes;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides why a booking changes nothing. The conditions of {@link BookingTransaction} require the
 * same of the items, but DynamoDB does not say which part of a condition failed.
 */
final class Judgement {

  /**
   * Judges by everything that is stored.
   *
   * @param reserva the resident's reservation on the ride
   * @return empty when the booking may go ahead
   */
  static Optional<Unchanged> of(
      NewReserva newReserva,
      Optional<CaronaItem> carona,
      Optional<ReservaItem> reserva,
      Instant now) {
    if (carona.isEmpty() || !carona.get().condominioId().equals(newReserva.condominioId())) {
      return Optional.of(new CaronaNaoEncontrada());
    }
    return reserva
        .flatMap(existing -> ofReserva(newReserva, existing))
        .or(() -> ofCarona(newReserva, carona.get(), now));
  }

  /**
   * Completes the old images of a refused transaction if the reason depends on the reservation: by
   * its image, or by a read when DynamoDB did not report its condition.
   *
   * @param expected the reservation on which the transaction was conditional; empty: that there is
   *     none
   * @param readReserva reads the resident's reservation on the ride
   */
  static OldImages complete(
      NewReserva newReserva,
      OldImages oldImages,
      Optional<ReservaItem> expected,
      Supplier<Optional<ReservaItem>> readReserva,
      Instant now) {
    if (of(newReserva, oldImages, now).filter(Judgement::dependsOnReserva).isEmpty()) {
      return oldImages;
    }
    return oldImages.with(
        oldImages.reservaFailed() ? oldImages.reserva() : readReserva.get(), expected);
  }

  /**
   * Judges by the old images of a refused transaction.
   *
   * @return empty when the transaction was only in the wrong form, and may be tried in another
   */
  static Optional<Unchanged> of(NewReserva newReserva, OldImages oldImages, Instant now) {
    if (oldImages.recusa().isPresent()
        && oldImages.reserva().filter(r -> r.isEffectOf(newReserva.requestId())).isEmpty()) {
      // It was told, so it holds whatever has become of the ride since.
      return oldImages.recusa().map(RecusadaAntes::new);
    }
    return oldImages.caronaFailed()
        ? of(newReserva, oldImages.carona(), oldImages.reserva(), now)
        : oldImages.reserva().flatMap(existing -> ofReserva(newReserva, existing));
  }

  /**
   * Whether a refusal holds only for who has no reservation in the way: the ride is full, or takes
   * no bookings. The caller may be repeating the very booking that filled it.
   */
  static boolean dependsOnReserva(Unchanged unchanged) {
    return switch (unchanged) {
      case VagasInsuficientes _, CaronaFechada _ -> true;
      case CaronaNaoEncontrada _,
          MotoristaNaoReserva _,
          RecusadaAntes _,
          Repeated _,
          RequestIdReutilizado _,
          ReservaJaExiste _ ->
          false;
    };
  }

  /** A reservation stands in the way of a booking, unless it was cancelled. */
  private static Optional<Unchanged> ofReserva(NewReserva newReserva, ReservaItem existing) {
    if (existing.isEffectOf(newReserva.requestId())) {
      return Optional.of(
          newReserva.mayBeContentOf(existing)
              ? new Repeated(existing)
              : new RequestIdReutilizado(existing));
    }
    return existing.status() == ReservaItem.Status.CANCELADA
        ? Optional.empty()
        : Optional.of(new ReservaJaExiste(existing));
  }

  private static Optional<Unchanged> ofCarona(
      NewReserva newReserva, CaronaItem carona, Instant now) {
    if (carona.motoristaId().equals(newReserva.usuarioId())) {
      return Optional.of(new MotoristaNaoReserva());
    }
    return switch (carona.status()) {
      case EM_ANDAMENTO, CONCLUIDA, CANCELADA -> Optional.of(new CaronaFechada(carona));
      case ABERTA, LOTADA -> {
        if (!carona.partida().isAfter(now)) {
          yield Optional.of(new CaronaFechada(carona));
        }
        yield carona.vagasDisponiveis() < newReserva.vagas()
            ? Optional.of(new VagasInsuficientes(carona.vagasDisponiveis()))
            : Optional.empty();
      }
    };
  }

  private Judgement() {}
}
