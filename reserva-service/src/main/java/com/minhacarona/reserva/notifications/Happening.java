package com.minhacarona.reserva.notifications;

import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaCancelada;
import com.minhacarona.v1.CaronaEmAndamento;
import com.minhacarona.v1.CaronaLotada;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.ReservaCancelada;
import com.minhacarona.v1.ReservaConfirmada;
import com.minhacarona.v1.ReservaRecusada;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What of an event matters to the residents whom it concerns.
 *
 * @param carona missing only when a booking of no ride was refused
 * @param passageiroId the passenger of a reservation; empty for an event of a ride
 * @param vagas the seats of the reservation, or those that were asked for
 * @param reservaVersao the version of the reservation; 0 without one
 * @param reason why a booking was refused; empty otherwise
 * @param metadata what the reason tells besides
 */
record Happening(
    DomainEvent event,
    Optional<Carona> carona,
    String passageiroId,
    int vagas,
    long reservaVersao,
    String reason,
    Map<String, String> metadata) {

  /**
   * Reads an event.
   *
   * @return empty when nobody is told of events of this kind
   * @throws IllegalArgumentException when something is missing without which nobody can be told
   */
  static Optional<Happening> of(DomainEvent event) {
    return switch (event.type()) {
      case RESERVA_CONFIRMADA -> {
        ReservaConfirmada data = (ReservaConfirmada) event.data();
        yield Optional.of(ofReserva(event, data.getReserva(), data.getCarona()));
      }
      case RESERVA_CANCELADA -> {
        ReservaCancelada data = (ReservaCancelada) event.data();
        yield Optional.of(ofReserva(event, data.getReserva(), data.getCarona()));
      }
      case RESERVA_RECUSADA -> Optional.of(ofRefusal(event, (ReservaRecusada) event.data()));
      case CARONA_LOTADA -> Optional.of(ofCarona(event, ((CaronaLotada) event.data()).getCarona()));
      case CARONA_EM_ANDAMENTO ->
          Optional.of(ofCarona(event, ((CaronaEmAndamento) event.data()).getCarona()));
      case CARONA_CANCELADA ->
          Optional.of(ofCarona(event, ((CaronaCancelada) event.data()).getCarona()));
      case RESERVA_CONCLUIDA,
          RESERVA_NAO_COMPARECEU,
          CARONA_CRIADA,
          CARONA_REABERTA,
          CARONA_CONCLUIDA ->
          Optional.empty();
    };
  }

  /** The departure; empty without a ride. */
  Optional<Instant> partida() {
    return carona.map(ride ->
        Instant.ofEpochSecond(ride.getPartida().getSeconds(), ride.getPartida().getNanos()));
  }

  private static Happening ofReserva(DomainEvent event, Reserva reserva, Carona carona) {
    return new Happening(
        event,
        Optional.of(complete(carona)),
        present("reserva.usuario_id", reserva.getUsuarioId()),
        reserva.getVagas(),
        reserva.getVersao(),
        "",
        Map.of());
  }

  private static Happening ofRefusal(DomainEvent event, ReservaRecusada data) {
    ProcessarReservaRequest pedido = data.getPedido();
    return new Happening(
        event,
        data.hasCarona() ? Optional.of(complete(data.getCarona())) : Optional.empty(),
        present("pedido.usuario_id", pedido.getUsuarioId()),
        pedido.getVagas(),
        0,
        data.getReason(),
        data.getMetadataMap());
  }

  private static Happening ofCarona(DomainEvent event, Carona carona) {
    return new Happening(event, Optional.of(complete(carona)), "", 0, 0, "", Map.of());
  }

  private static Carona complete(Carona carona) {
    present("carona.id", carona.getId());
    present("carona.motorista_id", carona.getMotoristaId());
    if (!carona.hasPartida()) {
      throw new IllegalArgumentException("carona.partida is missing");
    }
    return carona;
  }

  private static String present(String name, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }
}
