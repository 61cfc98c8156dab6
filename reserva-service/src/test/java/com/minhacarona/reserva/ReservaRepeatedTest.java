package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same request_id again: with other content, elsewhere, and after later requests. */
@Tag("dynamodb")
class ReservaRepeatedTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  @Test
  void processarReserva_repeatedWithOtherVagas_refusesWithRequestIdReutilizado() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").setVagas(2).build();
    var _ = book(request);
    SERVICE.store.forget();
    for (int vagas : new int[] {1, 3, 8}) {
      Refused.by(() -> book(request.toBuilder().setVagas(vagas).build()))
          .as(Code.ALREADY_EXISTS, "REQUEST_ID_REUTILIZADO")
          .with(
              Map.of(
                  "carona_id", request.getCaronaId(),
                  "usuario_id", "ana",
                  "vagas", "2",
                  "status", "CONFIRMADA"));
    }
    assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(2);
  }

  @Test
  void processarReserva_repeatedWithOtherVagas_afterItWasCancelled_isRefusedToo() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").setVagas(2).build();
    var _ = book(request);
    cancel(request);
    Refused.by(() -> book(request.toBuilder().setVagas(1).build()))
        .as(Code.ALREADY_EXISTS, "REQUEST_ID_REUTILIZADO")
        .with(Map.of("status", "CANCELADA"));
  }

  @Test
  void processarReserva_ofTheLastSeatsRepeatedWithOtherVagas_refusesWithRequestIdReutilizado() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").setVagas(4).build();
    var _ = book(request);
    SERVICE.store.forget();
    Refused.by(() -> book(request.toBuilder().setVagas(1).build()))
        .as(Code.ALREADY_EXISTS, "REQUEST_ID_REUTILIZADO");
    assertThat(SERVICE.store.operations())
        .as("known to be full")
        .containsExactly("GetItem", "GetItem");
  }

  @Test
  void processarReserva_withoutVagas_isARepeatOfOneSeat() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    var _ = book(request);
    assertThat(book(request.toBuilder().setVagas(1).build()).getRepetida()).isTrue();
  }

  @Test
  void processarReserva_ofAnEarlierRequestWithOtherVagas_returnsTheReservation() {
    ProcessarReservaRequest first = request(SERVICE.openCarona(), "ana").setVagas(1).build();
    var _ = book(first);
    cancel(first);
    ReservaResponse last = book(request(first.getCaronaId(), "ana").setVagas(2).build());
    ReservaResponse repeated = book(first.toBuilder().setVagas(3).build());
    assertThat(repeated.getRepetida()).isTrue();
    assertThat(repeated.getReserva()).isEqualTo(last.getReserva());
  }

  @Test
  void processarReserva_withTheSameRequestIdOnTwoRides_booksBoth() {
    ProcessarReservaRequest one = request(SERVICE.openCarona(), "ana").build();
    ProcessarReservaRequest other = one.toBuilder().setCaronaId(SERVICE.openCarona()).build();
    for (ProcessarReservaRequest request : List.of(one, other)) {
      assertThat(book(request).getRepetida()).isFalse();
      assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(3);
    }
    for (ProcessarReservaRequest request : List.of(one, other)) {
      assertThat(book(request).getRepetida()).isTrue();
    }
  }

  @Test
  void processarReserva_withTheSameRequestIdForTwoResidents_booksBoth() {
    ProcessarReservaRequest ana = request(SERVICE.openCarona(), "ana").build();
    assertThat(book(ana).getRepetida()).isFalse();
    assertThat(book(ana.toBuilder().setUsuarioId("bia").build()).getRepetida()).isFalse();
    assertThat(SERVICE.local.carona(ana.getCaronaId()).vagasDisponiveis()).isEqualTo(2);
  }

  @Test
  void processarReserva_ofTheTenthLastRequest_isARepeat_andOfTheEleventhLast_booksAnew() {
    String carona = SERVICE.openCarona();
    List<ProcessarReservaRequest> requests = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      ProcessarReservaRequest request = request(carona, "ana").build();
      assertThat(book(request).getRepetida()).isFalse();
      cancel(request);
      requests.add(request);
    }
    for (ProcessarReservaRequest known : requests.subList(1, 11)) {
      assertThat(book(known))
          .returns(true, ReservaResponse::getRepetida)
          .extracting(ReservaResponse::getReserva)
          .returns(StatusReserva.STATUS_RESERVA_CANCELADA, Reserva::getStatus);
    }
    assertThat(book(requests.getFirst()))
        .returns(false, ReservaResponse::getRepetida)
        .extracting(ReservaResponse::getReserva)
        .returns(StatusReserva.STATUS_RESERVA_CONFIRMADA, Reserva::getStatus);
  }

  private static ReservaResponse book(ProcessarReservaRequest request) {
    return SERVICE.stub.processarReserva(request);
  }

  private static void cancel(ProcessarReservaRequest booked) {
    var _ =
        SERVICE.stub.updateReservaStatus(
            UpdateReservaStatusRequest.newBuilder()
                .setCaronaId(booked.getCaronaId())
                .setUsuarioId(booked.getUsuarioId())
                .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
                .build());
  }
}
