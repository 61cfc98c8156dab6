package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import com.minhacarona.v1.Veiculo;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The longest requests that the contract allows are smaller than what their methods take. */
@Tag("dynamodb")
class LongestRequestsTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  /** A letter of four bytes. */
  private static final String LONG = "\uD83D\uDE97";

  @Test
  void requests_ofTheGreatestLengths_areCarriedOut() {
    CreateCaronaRequest offer =
        valid()
            .setCondominioId("c".repeat(64))
            .setMotoristaId("m".repeat(64))
            .setOrigem(LONG.repeat(120))
            .setDestino(LONG.repeat(120))
            .setObservacoes(LONG.repeat(280))
            .setVeiculo(
                Veiculo.newBuilder()
                    .setModelo(LONG.repeat(40))
                    .setCor(LONG.repeat(40))
                    .setPlaca("ABC1D23"))
            .build();
    String id = SERVICE.stub.createCarona(offer).getCarona().getId();
    assertThat(
            SERVICE
                .stub
                .updateCaronaStatus(
                    UpdateCaronaStatusRequest.newBuilder()
                        .setCaronaId(id)
                        .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                        .setMotivo(LONG.repeat(140))
                        .build())
                .getCarona()
                .getStatus())
        .isEqualTo(StatusCarona.STATUS_CARONA_CANCELADA);
  }

  @Test
  void requests_ofASizeThatNoValidOneHas_areRefused() {
    Refused.by(() ->
            SERVICE.stub.createCarona(
                valid().setObservacoes("x".repeat(CaronaModule.MAX_CREATE_BYTES)).build()))
        .as(Status.Code.INVALID_ARGUMENT, "ARGUMENTO_INVALIDO");
  }

  private static CreateCaronaRequest.Builder valid() {
    Instant departure = Instant.now().plus(Duration.ofDays(1));
    return CreateCaronaRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCondominioId("aurora")
        .setMotoristaId("marina")
        .setOrigem("Portaria")
        .setDestino("Parque")
        .setPartida(Timestamp.newBuilder().setSeconds(departure.getEpochSecond()))
        .setVagasTotal(3);
  }
}
