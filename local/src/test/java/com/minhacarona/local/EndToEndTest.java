package com.minhacarona.local;

import static com.minhacarona.local.LocalFixture.booking;
import static com.minhacarona.local.LocalFixture.carona;
import static com.minhacarona.local.LocalFixture.reserva;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.client.RefusedException;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls both services through the Java client. */
@Tag("dynamodb")
class EndToEndTest {
  private static final LocalFixture LOCAL = new LocalFixture();

  @AfterEach
  void tableIsConsistent() {
    assertThat(LOCAL.system.violations()).isEmpty();
  }

  @Test
  void aRide_fromOfferToArrival() {
    String id = LOCAL.newCarona("motorista-" + UUID.randomUUID(), 2).getId();
    LOCAL.client.processarReserva(booking(id, "ana", 1).build());
    assertThat(LOCAL.client.processarReserva(booking(id, "bia", 1).build()).getVagasDisponiveis())
        .isZero();
    LOCAL.client.updateReservaStatus(reserva(id, "ana", StatusReserva.STATUS_RESERVA_CANCELADA));
    LOCAL.client.processarReserva(booking(id, "caio", 1).build());
    LOCAL.client.updateCaronaStatus(carona(id, StatusCarona.STATUS_CARONA_EM_ANDAMENTO));
    LOCAL.client.updateReservaStatus(reserva(id, "bia", StatusReserva.STATUS_RESERVA_CONCLUIDA));
    LOCAL.client.updateReservaStatus(
        reserva(id, "caio", StatusReserva.STATUS_RESERVA_NAO_COMPARECEU));
    LOCAL.client.updateCaronaStatus(carona(id, StatusCarona.STATUS_CARONA_CONCLUIDA));

    Carona arrived =
        LOCAL.client.getCarona(
            GetCaronaRequest.newBuilder()
                .setCaronaId(id)
                .setConsistencia(Consistencia.CONSISTENCIA_FORTE)
                .build());
    assertThat(arrived.getStatus()).isEqualTo(StatusCarona.STATUS_CARONA_CONCLUIDA);
    assertThat(arrived.getVagasDisponiveis()).isZero();
    assertThat(arrived.getVersao()).as("created, 3 booked, 1 cancelled, 2 moved").isEqualTo(7);
    assertThat(LOCAL.client.getReservas(GetReservasRequest.newBuilder().setCaronaId(id).build()))
        .extracting(Reserva::getUsuarioId, Reserva::getStatus)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ana", StatusReserva.STATUS_RESERVA_CANCELADA),
            org.assertj.core.groups.Tuple.tuple("bia", StatusReserva.STATUS_RESERVA_CONCLUIDA),
            org.assertj.core.groups.Tuple.tuple(
                "caio", StatusReserva.STATUS_RESERVA_NAO_COMPARECEU));
  }

  @Test
  void aList_followsItsCursors() {
    String motorista = "motorista-" + UUID.randomUUID();
    for (int i = 0; i < 3; i++) {
      LOCAL.newCarona(motorista, 4);
    }
    List<String> whole = new ArrayList<>();
    try (var caronas =
        LOCAL.client.listCaronasDisponiveis(
            ListCaronasRequest.newBuilder().setCondominioId(LocalFixture.CONDOMINIO).build())) {
      caronas.forEachRemaining(carona -> whole.add(carona.getMotoristaId()));
    }
    assertThat(whole.stream().filter(motorista::equals)).hasSize(3);
  }

  @Test
  void aRefusal_isTyped() {
    assertThatThrownBy(
            () -> LOCAL.client.checkVagas(CheckVagasRequest.newBuilder().setCaronaId("no").build()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo("CARONA_NAO_ENCONTRADA"));
  }

  @Test
  void aClientOfOneCondominium_seesNoOther() {
    String id = LOCAL.newCarona("motorista-" + UUID.randomUUID(), 2).getId();
    try (var neighbour =
        com.minhacarona.client.MinhaCaronaClient.forTarget(
                "dns:///127.0.0.1:" + LOCAL.system.caronaPort())
            .reservaTarget("dns:///127.0.0.1:" + LOCAL.system.reservaPort())
            .plaintext()
            .condominio("cond-2")
            .build()) {
      assertThatThrownBy(
              () -> neighbour.getReservas(GetReservasRequest.newBuilder().setCaronaId(id).build()))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.reason()).isEqualTo("CARONA_NAO_ENCONTRADA"));
    }
  }

  @Test
  void demoData_isTwelveRides_andTheSameOnASecondStart() {
    List<String> first = new DemoData(LOCAL.client).create(Instant.now());
    assertThat(first).hasSize(12).doesNotHaveDuplicates();
    assertThat(new DemoData(LOCAL.client).create(Instant.now())).isEqualTo(first);
    assertThat(new DemoData(LOCAL.client).create(Instant.now().plusSeconds(7200)))
        .as("an earlier day's rides stay as they are")
        .isEmpty();
  }
}
