package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.minhacarona.runtime.testing.WriteCheck;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.Keys;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls that write tell the truth, whatever becomes of the attempts to carry them out. */
@Tag("dynamodb")
@Tag("soak")
class CaronaWritesTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  /** All sequences of three fates are 2,744 for each call, which take many minutes. */
  private static final int OF_THREE = Boolean.getBoolean("soak") ? 300 : 0;

  @Test
  void createCarona_underEveryFate_tellsTheTruth() throws Exception {
    assertThat(WriteCheck.lies(SERVICE.store, OF_THREE, CaronaWritesTest::creation)).isEmpty();
  }

  @Test
  void updateCaronaStatus_toEmAndamento_underEveryFate_tellsTheTruth() throws Exception {
    assertThat(
            WriteCheck.lies(
                SERVICE.store,
                OF_THREE,
                () ->
                    change(
                        StatusCarona.STATUS_CARONA_EM_ANDAMENTO, CaronaItem.Status.EM_ANDAMENTO)))
        .isEmpty();
  }

  @Test
  void updateCaronaStatus_toCancelada_underEveryFate_tellsTheTruth() throws Exception {
    assertThat(
            WriteCheck.lies(
                SERVICE.store,
                OF_THREE,
                () -> change(StatusCarona.STATUS_CARONA_CANCELADA, CaronaItem.Status.CANCELADA)))
        .isEmpty();
  }

  private static WriteCheck.Case creation() {
    String motorista = UUID.randomUUID().toString();
    CreateCaronaRequest request =
        CreateCaronaRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setCondominioId("cond-1")
            .setMotoristaId(motorista)
            .setOrigem("Portaria")
            .setDestino("USP")
            .setPartida(Timestamp.newBuilder().setSeconds(tomorrow().getEpochSecond()))
            .setVagasTotal(4)
            .build();
    return new WriteCheck.Case(
        motorista,
        () -> {
          var _ = SERVICE.stub.createCarona(request);
        },
        () -> isStored(CaronaProtos.offer(request, Instant.now()).newCarona().id()));
  }

  private static boolean isStored(String caronaId) {
    return SERVICE
        .local
        .client()
        .getItem(r ->
            r.tableName(SERVICE.local.tableName()).key(Keys.carona(caronaId)).consistentRead(true))
        .hasItem();
  }

  /** A change of a ride with one reservation. */
  private static WriteCheck.Case change(StatusCarona asked, CaronaItem.Status status) {
    CaronaItem carona = Examples.carona(UUID.randomUUID().toString(), tomorrow());
    SERVICE.local.put(carona.withStatus(carona.status(), 3, "", carona.criadaEm()));
    SERVICE.local.put(Examples.reserva(carona.id(), "ana", UUID.randomUUID().toString()));
    return new WriteCheck.Case(
        carona.id(),
        () -> {
          var _ =
              SERVICE.stub.updateCaronaStatus(
                  UpdateCaronaStatusRequest.newBuilder()
                      .setCaronaId(carona.id())
                      .setStatus(asked)
                      .build());
        },
        () -> SERVICE.local.carona(carona.id()).status() == status);
  }

  private static Instant tomorrow() {
    return Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
  }
}
