package com.minhacarona.local;

import com.google.protobuf.Timestamp;
import com.minhacarona.carona.CaronaConfig;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.runtime.connections.ListenerConfig;
import com.minhacarona.runtime.interceptors.PollLines;
import com.minhacarona.runtime.server.GrpcServerConfig;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Starts the whole system with a table and ports of its own. */
final class LocalFixture {
  static final String CONDOMINIO = "cond-1";

  private static final GrpcServerConfig ANY_PORT =
      new GrpcServerConfig(
          ListenerConfig.plaintext(),
          true,
          false,
          0,
          PollLines.EACH,
          Duration.ZERO,
          Duration.ofSeconds(5));

  final LocalSystem system = start();
  final MinhaCaronaClient client = system.client();

  private static LocalSystem start() {
    try {
      return LocalSystem.start(
          new LocalConfig(
              ANY_PORT,
              ANY_PORT,
              new CaronaConfig(Duration.ofMillis(1)),
              0,
              0,
              "INFO",
              Optional.empty()),
          Optional.empty(),
          _ -> {});
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  Carona newCarona(String motorista, int vagas) {
    return newCarona(CONDOMINIO, motorista, vagas);
  }

  Carona newCarona(String condominio, String motorista, int vagas) {
    Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
    return client.createCarona(
        CreateCaronaRequest.newBuilder()
            .setCondominioId(condominio)
            .setMotoristaId(motorista)
            .setOrigem("Portaria")
            .setDestino("USP")
            .setPartida(Timestamp.newBuilder().setSeconds(tomorrow.getEpochSecond()))
            .setVagasTotal(vagas)
            .build());
  }

  static ProcessarReservaRequest.Builder booking(String caronaId, String usuario, int vagas) {
    return ProcessarReservaRequest.newBuilder()
        .setCaronaId(caronaId)
        .setUsuarioId(usuario)
        .setCondominioId(CONDOMINIO)
        .setVagas(vagas);
  }

  static UpdateReservaStatusRequest reserva(String caronaId, String usuario, StatusReserva status) {
    return UpdateReservaStatusRequest.newBuilder()
        .setCaronaId(caronaId)
        .setUsuarioId(usuario)
        .setStatus(status)
        .build();
  }

  static UpdateCaronaStatusRequest carona(String caronaId, StatusCarona status) {
    return UpdateCaronaStatusRequest.newBuilder().setCaronaId(caronaId).setStatus(status).build();
  }
}
