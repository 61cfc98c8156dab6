package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.Exemplos;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.StatusReserva;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each line of the contract for GetReservas, through a stub, on DynamoDB Local. */
class ReservaListTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  @Test
  void getReservas_hasAllByResident_withOneQuery() {
    String ride = SERVICE.openRide();
    cancelled(ride, "carla");
    SERVICE.stub.processarReserva(ReservaFixture.request(ride, "bia").build());
    SERVICE.stub.processarReserva(ReservaFixture.request(ride, "ana").build());
    SERVICE.store.forget();
    assertThat(list(GetReservasRequest.newBuilder().setCaronaId(ride)))
        .extracting(Reserva::getUsuarioId)
        .containsExactly("ana", "bia", "carla");
    assertThat(SERVICE.store.operations()).containsExactly("Query");
  }

  @Test
  void getReservas_withAStatus_hasOnlyThose() {
    String ride = SERVICE.openRide();
    cancelled(ride, "carla");
    SERVICE.stub.processarReserva(ReservaFixture.request(ride, "bia").build());
    assertThat(
            list(
                GetReservasRequest.newBuilder()
                    .setCaronaId(ride)
                    .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)))
        .extracting(Reserva::getUsuarioId)
        .containsExactly("carla");
  }

  @Test
  void getReservas_ofARideWithout_isEmpty() {
    assertThat(list(GetReservasRequest.newBuilder().setCaronaId(SERVICE.openRide()))).isEmpty();
  }

  @Test
  void getReservas_ofManyResidents_hasThemAllOnce() {
    String ride = SERVICE.openRide();
    for (int i = 0; i < 250; i++) {
      cancelled(ride, "desistente-%03d".formatted(i));
    }
    assertThat(list(GetReservasRequest.newBuilder().setCaronaId(ride)))
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
    String ride = SERVICE.openRide();
    Refused.by(() ->
            SERVICE
                .boundTo("cond-2")
                .getReservas(GetReservasRequest.newBuilder().setCaronaId(ride).build())
                .hasNext())
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA");
  }

  @Test
  void getReservas_withABadRequest_namesAllFields() {
    Refused refused = Refused.by(() -> list(GetReservasRequest.newBuilder().setStatusValue(9)));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("carona_id", "status");
  }

  private static void cancelled(String ride, String usuarioId) {
    ReservaItem confirmed = Exemplos.reserva(ride, usuarioId, UUID.randomUUID().toString());
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
