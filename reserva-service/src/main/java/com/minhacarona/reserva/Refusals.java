package com.minhacarona.reserva;

import com.minhacarona.reserva.BookingResult.CaronaFechada;
import com.minhacarona.reserva.BookingResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.BookingResult.MotoristaNaoReserva;
import com.minhacarona.reserva.BookingResult.Refused;
import com.minhacarona.reserva.BookingResult.RequestIdReutilizado;
import com.minhacarona.reserva.BookingResult.ReservaJaExiste;
import com.minhacarona.reserva.BookingResult.VagasInsuficientes;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Map;

/**
 * The refusals of {@code reserva_service.proto}, each with its status, its reason, and a remedy.
 */
final class Refusals {

  /** Why a booking is refused. */
  static Refusal of(NewReserva newReserva, Refused refused) {
    return switch (refused) {
      case RequestIdReutilizado(var reserva) -> requestIdReutilizado(reserva);
      case ReservaJaExiste(var reserva) -> reservaJaExiste(reserva);
      case CaronaNaoEncontrada _ -> caronaNaoEncontrada(newReserva.caronaId());
      case MotoristaNaoReserva _ -> motoristaNaoReserva(newReserva);
      case CaronaFechada(var carona) -> caronaFechada(carona);
      case VagasInsuficientes(var vagas) -> vagasInsuficientes(newReserva, vagas);
    };
  }

  static Refusal caronaNaoEncontrada(String caronaId) {
    return new Refusal(
        Code.NOT_FOUND,
        "CARONA_NAO_ENCONTRADA",
        "There is no such ride in this condominium: check the ids",
        Map.of("carona_id", caronaId));
  }

  static StatusRuntimeException reservaNaoEncontrada(StatusChange change) {
    return Errors.refusal(
        Code.NOT_FOUND,
        "RESERVA_NAO_ENCONTRADA",
        "The resident has no reservation on such a ride: check the ids",
        Map.of("carona_id", change.caronaId(), "usuario_id", change.usuarioId()));
  }

  static StatusRuntimeException transicaoInvalida(StatusChange change, ReservaItem reserva) {
    return Errors.refusal(
        Code.FAILED_PRECONDITION,
        "TRANSICAO_INVALIDA",
        "A reservation does not go from %s to %s now: it is cancelled before departure, and"
                .formatted(reserva.status(), change.status())
            + " concluded after it",
        Map.of(
            "carona_id",
            change.caronaId(),
            "usuario_id",
            change.usuarioId(),
            "status",
            reserva.status().name()));
  }

  private static Refusal vagasInsuficientes(NewReserva newReserva, int vagasDisponiveis) {
    return new Refusal(
        Code.FAILED_PRECONDITION,
        "VAGAS_INSUFICIENTES",
        "Fewer seats are left than asked for: ask for at most vagas_disponiveis, or take another"
            + " ride",
        Map.of(
            "carona_id",
            newReserva.caronaId(),
            "vagas_disponiveis",
            Integer.toString(vagasDisponiveis)));
  }

  private static Refusal caronaFechada(CaronaItem carona) {
    return new Refusal(
        Code.FAILED_PRECONDITION,
        "CARONA_FECHADA",
        "The ride has departed or takes no bookings any more: take another one",
        Map.of(
            "carona_id",
            carona.id(),
            "status",
            carona.status().name(),
            "partida",
            carona.partida().toString()));
  }

  private static Refusal motoristaNaoReserva(NewReserva newReserva) {
    return new Refusal(
        Code.FAILED_PRECONDITION,
        "MOTORISTA_NAO_RESERVA",
        "Drivers don't book their own ride: they have a seat already",
        Map.of("carona_id", newReserva.caronaId()));
  }

  private static Refusal requestIdReutilizado(ReservaItem reserva) {
    return new Refusal(
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUTILIZADO",
        "This request_id booked another number of seats: take a new one for each booking",
        existing(reserva));
  }

  private static Refusal reservaJaExiste(ReservaItem reserva) {
    return new Refusal(
        Code.ALREADY_EXISTS,
        "RESERVA_JA_EXISTE",
        "The resident already holds a reservation on this ride: cancel it before booking anew",
        existing(reserva));
  }

  private static Map<String, String> existing(ReservaItem reserva) {
    return Map.of(
        "carona_id",
        reserva.caronaId(),
        "usuario_id",
        reserva.usuarioId(),
        "vagas",
        Integer.toString(reserva.vagas()),
        "status",
        reserva.status().name());
  }

  private Refusals() {}
}
