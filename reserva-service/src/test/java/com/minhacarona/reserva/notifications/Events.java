package com.minhacarona.reserva.notifications;

import com.google.protobuf.Message;
import com.minhacarona.reserva.events.CloudEvents;
import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.runtime.call.ProtoTimes;
import com.minhacarona.runtime.queue.QueueMessage;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaCancelada;
import com.minhacarona.v1.CaronaConcluida;
import com.minhacarona.v1.CaronaCriada;
import com.minhacarona.v1.CaronaEmAndamento;
import com.minhacarona.v1.CaronaLotada;
import com.minhacarona.v1.CaronaReaberta;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.ReservaCancelada;
import com.minhacarona.v1.ReservaConcluida;
import com.minhacarona.v1.ReservaConfirmada;
import com.minhacarona.v1.ReservaNaoCompareceu;
import com.minhacarona.v1.ReservaRecusada;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.Veiculo;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** Events of a ride and of one seat on it, as they come from the queue. */
final class Events {

  /** An open ride of cond-1. */
  static Carona.Builder carona(String id, String motoristaId, Instant partida) {
    return Carona.newBuilder()
        .setId(id)
        .setCondominioId("cond-1")
        .setMotoristaId(motoristaId)
        .setOrigem("Portaria")
        .setDestino("Estação Butantã")
        .setPartida(ProtoTimes.timestamp(partida))
        .setVagasTotal(4)
        .setVagasDisponiveis(3)
        .setStatus(StatusCarona.STATUS_CARONA_ABERTA)
        .setVersao(2)
        .setVeiculo(Veiculo.newBuilder().setModelo("Onix").setCor("prata").setPlaca("ABC1D23"));
  }

  static DomainEvent event(EventType type, Carona carona, String passageiroId, Instant time) {
    Reserva reserva =
        Reserva.newBuilder()
            .setCaronaId(carona.getId())
            .setUsuarioId(passageiroId)
            .setVagas(1)
            .setVersao(1)
            .build();
    ProcessarReservaRequest pedido =
        ProcessarReservaRequest.newBuilder()
            .setCaronaId(carona.getId())
            .setUsuarioId(passageiroId)
            .setVagas(2)
            .build();
    return event(
        type,
        time,
        switch (type) {
          case RESERVA_CONFIRMADA ->
              ReservaConfirmada.newBuilder().setReserva(reserva).setCarona(carona).build();
          case RESERVA_RECUSADA ->
              ReservaRecusada.newBuilder()
                  .setPedido(pedido)
                  .setReason("VAGAS_INSUFICIENTES")
                  .putAllMetadata(Map.of("vagas_disponiveis", "1"))
                  .setCarona(carona)
                  .build();
          case RESERVA_CANCELADA ->
              ReservaCancelada.newBuilder().setReserva(reserva).setCarona(carona).build();
          case RESERVA_CONCLUIDA ->
              ReservaConcluida.newBuilder().setReserva(reserva).setCarona(carona).build();
          case RESERVA_NAO_COMPARECEU ->
              ReservaNaoCompareceu.newBuilder().setReserva(reserva).setCarona(carona).build();
          case CARONA_CRIADA -> CaronaCriada.newBuilder().setCarona(carona).build();
          case CARONA_LOTADA -> CaronaLotada.newBuilder().setCarona(carona).build();
          case CARONA_REABERTA -> CaronaReaberta.newBuilder().setCarona(carona).build();
          case CARONA_EM_ANDAMENTO -> CaronaEmAndamento.newBuilder().setCarona(carona).build();
          case CARONA_CONCLUIDA -> CaronaConcluida.newBuilder().setCarona(carona).build();
          case CARONA_CANCELADA -> CaronaCancelada.newBuilder().setCarona(carona).build();
        });
  }

  static DomainEvent event(EventType type, Instant time, Message data) {
    return new DomainEvent(type, UUID.randomUUID().toString(), time, "subject", "cond-1", data);
  }

  /** A delivery of the event by the queue. */
  static QueueMessage message(DomainEvent event) {
    return message(CloudEvents.write(event), event.time());
  }

  static QueueMessage message(String body, Instant sentAt) {
    return new QueueMessage(UUID.randomUUID().toString(), body, Map.of(), 1, sentAt);
  }

  private Events() {}
}
