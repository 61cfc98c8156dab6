package com.minhacarona.reserva.events;

import static com.minhacarona.runtime.call.ProtoTimes.timestamp;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.Veiculo;

/** Converts what is stored to the messages of the contract. */
public final class ItemProtos {

  /** A ride as the contract shows it. */
  public static Carona carona(CaronaItem item) {
    Carona.Builder carona =
        Carona.newBuilder()
            .setId(item.id())
            .setCondominioId(item.condominioId())
            .setMotoristaId(item.motoristaId())
            .setOrigem(item.origem())
            .setDestino(item.destino())
            .setPartida(timestamp(item.partida()))
            .setVagasTotal(item.vagasTotal())
            .setVagasDisponiveis(item.vagasDisponiveis())
            .setStatus(status(item.status()))
            .setVersao(item.versao())
            .setObservacoes(item.observacoes())
            .setMotivo(item.motivo())
            .setCriadaEm(timestamp(item.criadaEm()))
            .setAtualizadaEm(timestamp(item.atualizadaEm()));
    item.veiculo()
        .ifPresent(v ->
            carona.setVeiculo(
                Veiculo.newBuilder().setModelo(v.modelo()).setCor(v.cor()).setPlaca(v.placa())));
    return carona.build();
  }

  /** A reservation as the contract shows it. */
  public static Reserva reserva(ReservaItem item) {
    return Reserva.newBuilder()
        .setCaronaId(item.caronaId())
        .setUsuarioId(item.usuarioId())
        .setVagas(item.vagas())
        .setStatus(status(item.status()))
        .setVersao(item.versao())
        .setCriadaEm(timestamp(item.criadaEm()))
        .setAtualizadaEm(timestamp(item.atualizadaEm()))
        .setMotivo(item.motivo())
        .build();
  }

  /** The request that was refused. */
  static ProcessarReservaRequest pedido(RecusaItem item) {
    return ProcessarReservaRequest.newBuilder()
        .setRequestId(item.requestId())
        .setCaronaId(item.caronaId())
        .setUsuarioId(item.usuarioId())
        .setCondominioId(item.condominioId())
        .setVagas(item.vagas())
        .build();
  }

  private static StatusCarona status(CaronaItem.Status status) {
    return switch (status) {
      case ABERTA -> StatusCarona.STATUS_CARONA_ABERTA;
      case LOTADA -> StatusCarona.STATUS_CARONA_LOTADA;
      case EM_ANDAMENTO -> StatusCarona.STATUS_CARONA_EM_ANDAMENTO;
      case CONCLUIDA -> StatusCarona.STATUS_CARONA_CONCLUIDA;
      case CANCELADA -> StatusCarona.STATUS_CARONA_CANCELADA;
    };
  }

  private static StatusReserva status(ReservaItem.Status status) {
    return switch (status) {
      case CONFIRMADA -> StatusReserva.STATUS_RESERVA_CONFIRMADA;
      case CANCELADA -> StatusReserva.STATUS_RESERVA_CANCELADA;
      case CONCLUIDA -> StatusReserva.STATUS_RESERVA_CONCLUIDA;
      case NAO_COMPARECEU -> StatusReserva.STATUS_RESERVA_NAO_COMPARECEU;
    };
  }

  private ItemProtos() {}
}
