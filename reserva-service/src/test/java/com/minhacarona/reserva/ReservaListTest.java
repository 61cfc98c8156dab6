package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.StatusReserva;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each line of the contract for GetReservas, through a stub, on DynamoDB Local. */
@Tag("dynamodb")
class ReservaListTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  @Test
  void getReservas_hasAllByResident_withOneQuery() {
    String carona = SERVICE.openCarona();
    cancelled(carona, "carla");
    SERVICE.stub.processarReserva(ReservaFixture.request(carona, "bia").build());
    SERVICE.stub.processarReserva(ReservaFixture.request(carona, "ana").build());
    SERVICE.store.forget();
    assertThat(list(GetReservasRequest.newBuilder().setCaronaId(carona)))
        .extracting(Reserva::getUsuarioId)
        .containsExactly("ana", "bia", "carla");
    assertThat(SERVICE.store.operations()).containsExactly("Query");
  }

  @Test
  void getReservas_withAStatus_hasOnlyThose() {
    String carona = SERVICE.openCarona();
    cancelled(carona, "carla");
    SERVICE.stub.processarReserva(ReservaFixture.request(carona, "bia").build());
    assertThat(
            list(
                GetReservasRequest.newBuilder()
                    .setCaronaId(carona)
                    .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)))
        .extracting(Reserva::getUsuarioId)
        .containsExactly("carla");
  }

  @Test
  void getReservas_ofARideWithout_isEmpty() {
    assertThat(list(GetReservasRequest.newBuilder().setCaronaId(SERVICE.openCarona()))).isEmpty();
  }

  @Test
  void getReservas_ofManyResidents_hasThemAllOnce() {
    String carona = SERVICE.openCarona();
    for (int i = 0; i < 250; i++) {
      cancelled(carona, "desistente-%03d".formatted(i));
    }
    assertThat(list(GetReservasRequest.newBuilder().setCaronaId(carona)))
        .extracting(Reserva::getUsuarioId)
        .hasSize(250)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void getReservas_ofNoRide_refusesWithCaronaNaoEncontrada() {
    Refused.by(() -> list(GetReservasRequest.newBuilder().setCaronaId("nowhere")))
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA")
        .with(Map.of("carona_id", "nowhere"));
  }

  @Test
  void getReservas_ofARideOfAnotherCondominium_refusesWithCaronaNaoEncontrada() {
    String carona = SERVICE.openCarona();
    Refused.by(() ->
            SERVICE
                .boundTo("cond-2")
                .getReservas(GetReservasRequest.newBuilder().setCaronaId(carona).build())
                .hasNext())
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA");
  }

  @Test
  void getReservas_withABadRequest_namesAllFields() {
    Refused refused = Refused.by(() -> list(GetReservasRequest.newBuilder().setStatusValue(9)));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("carona_id", "status");
  }

  private static void cancelled(String carona, String usuarioId) {
    ReservaItem confirmed = Examples.reserva(carona, usuarioId, UUID.randomUUID().toString());
    SERVICE.local.put(
        confirmed.withStatus(ReservaItem.Status.CANCELADA, "desisti", confirmed.criadaEm()));
  }

  private static List<Reserva> list(GetReservasRequest.Builder request) {
    List<Reserva> all = new ArrayList<>();
    SERVICE
        .stub
        .getReservas(request.build())
        .forEachRemaining(response -> all.add(response.getReserva()));
    return all;
  }
}
