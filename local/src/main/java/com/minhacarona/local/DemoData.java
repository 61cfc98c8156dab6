package com.minhacarona.local;

import com.google.protobuf.Timestamp;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.client.RefusedException;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.Veiculo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Creates a dozen rides of three condominiums in the next two days, by the same calls that anyone
 * would make. The services derive the ids from condominium, driver and request, so they are the
 * same on every start.
 */
final class DemoData {
  private static final List<Ride> CARONAS =
      List.of(
          new Ride("condominio-aurora", "ana", "Portaria Aurora", "Estação Butantã", 2, 4, 0),
          new Ride("condominio-aurora", "bruno", "Portaria Aurora", "USP", 5, 4, 3),
          new Ride("condominio-aurora", "carla", "Garagem B2", "Aeroporto de Congonhas", 9, 3, 1),
          new Ride("condominio-aurora", "davi", "Portaria Aurora", "Shopping Eldorado", 26, 2, 1),
          new Ride("condominio-bela-vista", "elisa", "Bloco A", "Avenida Paulista", 3, 4, 2),
          new Ride("condominio-bela-vista", "fabio", "Bloco C", "Estação da Luz", 8, 3, 2),
          new Ride("condominio-bela-vista", "gabriela", "Bloco A", "Parque Ibirapuera", 20, 4, 0),
          new Ride("condominio-bela-vista", "heitor", "Bloco B", "Rodoviária do Tietê", 44, 4, 1),
          new Ride("condominio-canario", "iara", "Torre 1", "Centro de Campinas", 4, 4, 3),
          new Ride("condominio-canario", "joao", "Torre 2", "Unicamp", 12, 3, 0),
          new Ride("condominio-canario", "karen", "Torre 1", "Aeroporto de Viracopos", 30, 2, 2),
          new Ride("condominio-canario", "lucas", "Torre 3", "Shopping Dom Pedro", 46, 6, 2));

  private record Ride(
      String condominio,
      String motorista,
      String origem,
      String destino,
      int hoursAhead,
      int seats,
      int booked) {}

  private final MinhaCaronaClient client;

  DemoData(MinhaCaronaClient client) {
    this.client = client;
  }

  /**
   * Creates the rides and bookings that are missing, and leaves kept data as it is.
   *
   * @return the ids of the rides, in a fixed order
   */
  List<String> create(Instant now) {
    Instant hour = now.truncatedTo(ChronoUnit.HOURS);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < CARONAS.size(); i++) {
      Ride carona = CARONAS.get(i);
      try {
        String id = offer(carona, requestId(i), hour.plus(Duration.ofHours(carona.hoursAhead)));
        for (int passenger = 1; passenger <= carona.booked; passenger++) {
          book(carona, id, requestId(100 * (i + 1) + passenger), "vizinho-" + passenger);
        }
        ids.add(id);
      } catch (RefusedException e) {
        // A kept folder has this ride from an earlier day, with another departure.
        if (!e.reason().equals("REQUEST_ID_REUTILIZADO")) {
          throw e;
        }
      }
    }
    return ids;
  }

  private String offer(Ride carona, String requestId, Instant partida) {
    return client
        .createCarona(
            CreateCaronaRequest.newBuilder()
                .setRequestId(requestId)
                .setCondominioId(carona.condominio)
                .setMotoristaId(carona.motorista)
                .setOrigem(carona.origem)
                .setDestino(carona.destino)
                .setPartida(Timestamp.newBuilder().setSeconds(partida.getEpochSecond()))
                .setVagasTotal(carona.seats)
                .setVeiculo(Veiculo.newBuilder().setModelo("Onix").setCor("prata"))
                .build())
        .getId();
  }

  private void book(Ride carona, String caronaId, String requestId, String usuarioId) {
    client.processarReserva(
        ProcessarReservaRequest.newBuilder()
            .setRequestId(requestId)
            .setCaronaId(caronaId)
            .setUsuarioId(usuarioId)
            .setCondominioId(carona.condominio)
            .build());
  }

  static String requestId(int number) {
    return String.format(Locale.ROOT, "00000000-0000-4000-8000-%012d", number);
  }
}
