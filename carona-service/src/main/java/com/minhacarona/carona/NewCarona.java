package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.CaronaItem.Veiculo;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A ride as a driver offers it. */
record NewCarona(
    String requestId,
    String condominioId,
    String motoristaId,
    String origem,
    String destino,
    Instant partida,
    int vagasTotal,
    Optional<Veiculo> veiculo,
    String observacoes) {

  /** The new ride, all seats free. */
  CaronaItem aberta(Instant now) {
    return new CaronaItem(
        id(),
        condominioId,
        motoristaId,
        origem,
        destino,
        partida,
        vagasTotal,
        vagasTotal,
        Status.ABERTA,
        1,
        veiculo,
        observacoes,
        "",
        now,
        now);
  }

  /** The result when there is a ride of this id already. */
  CreateResult meets(CaronaItem earlier) {
    return isContentOf(earlier)
        ? new CreateResult.Repeated(earlier)
        : new CreateResult.RequestIdReutilizado(earlier);
  }

  /** Whether a ride is what this offer asked for, whatever became of it since. */
  boolean isContentOf(CaronaItem carona) {
    return carona.condominioId().equals(condominioId)
        && carona.motoristaId().equals(motoristaId)
        && carona.origem().equals(origem)
        && carona.destino().equals(destino)
        && carona.partida().equals(partida)
        && carona.vagasTotal() == vagasTotal
        && carona.veiculo().equals(veiculo)
        && carona.observacoes().equals(observacoes);
  }

  /**
   * Made of the condominium, the driver and the request. So a repeated request meets its own ride,
   * and never a ride of another condominium, which its caller must not see.
   */
  String id() {
    String name = condominioId + "\n" + motoristaId + "\n" + requestId;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
