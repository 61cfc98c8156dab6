package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.StatusReserva;
import io.grpc.Status.Code;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each line of the contract for ProcessarReserva, through a stub, on DynamoDB Local. */
@Tag("dynamodb")
class ReservaServiceTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  @Test
  void processarReserva_booksWithOneTransactionAndNoRead() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").setVagas(2).build();
    ReservaResponse response = SERVICE.stub.processarReserva(request);
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems");
    assertThat(response.getRepetida()).isFalse();
    assertThat(response.hasVagasDisponiveis()).isFalse();
    assertThat(response.getReserva())
        .returns(request.getCaronaId(), Reserva::getCaronaId)
        .returns("ana", Reserva::getUsuarioId)
        .returns(2, Reserva::getVagas)
        .returns(StatusReserva.STATUS_RESERVA_CONFIRMADA, Reserva::getStatus)
        .returns(1L, Reserva::getVersao);
    assertThat(response.getReserva().getCriadaEm())
        .isEqualTo(response.getReserva().getAtualizadaEm());
    assertThat(SERVICE.local.carona(request.getCaronaId()).vagasDisponiveis()).isEqualTo(2);
  }

  @Test
  void processarReserva_withoutVagas_booksOneSeat() {
    ReservaResponse response =
        SERVICE.stub.processarReserva(request(SERVICE.openCarona(), "ana").build());
    assertThat(response.getReserva().getVagas()).isEqualTo(1);
  }

  @Test
  void processarReserva_ofTheLastSeatsUnforeseen_takesTwoTransactions() {
    ReservaResponse response =
        SERVICE.stub.processarReserva(request(SERVICE.openCarona(), "ana").setVagas(4).build());
    assertThat(SERVICE.store.operations())
        .containsExactly("TransactWriteItems", "TransactWriteItems");
    assertThat(response.getVagasDisponiveis()).isZero();
    assertThat(response.hasVagasDisponiveis()).isTrue();
  }

  @Test
  void processarReserva_ofTheLastSeatsForeseen_takesOneTransaction() {
    String carona = SERVICE.openCarona();
    Refused.by(() -> SERVICE.stub.processarReserva(request(carona, "ana").setVagas(5).build()));
    SERVICE.store.forget();
    SERVICE.stub.processarReserva(request(carona, "bia").setVagas(4).build());
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems");
  }

  @Test
  void processarReserva_repeated_returnsTheReservationAsItStands() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").build();
    ReservaResponse first = SERVICE.stub.processarReserva(request);
    SERVICE.store.forget();
    ReservaResponse second = SERVICE.stub.processarReserva(request);
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems");
    assertThat(second.getRepetida()).isTrue();
    assertThat(second.getReserva()).isEqualTo(first.getReserva());
  }

  @Test
  void processarReserva_ofTheLastSeatRepeated_returnsTheReservation() {
    ProcessarReservaRequest request = request(SERVICE.openCarona(), "ana").setVagas(4).build();
    ReservaResponse first = SERVICE.stub.processarReserva(request);
    SERVICE.store.forget();
    ReservaResponse second = SERVICE.stub.processarReserva(request);
    assertThat(second.getRepetida()).isTrue();
    assertThat(second.getReserva()).isEqualTo(first.getReserva());
    assertThat(SERVICE.store.operations())
        .as("known to be full")
        .containsExactly("GetItem", "GetItem");
  }

  @Test
  void processarReserva_onNoRide_refusesWithCaronaNaoEncontrada() {
    Refused.by(() -> SERVICE.stub.processarReserva(request("nowhere", "ana").build()))
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA")
        .with(Map.of("carona_id", "nowhere"));
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems");
  }

  @Test
  void processarReserva_onARideOfAnotherCondominium_refusesWithCaronaNaoEncontrada() {
    String carona = SERVICE.openCarona();
    Refused elsewhere =
        Refused.by(() ->
            SERVICE.stub.processarReserva(
                request(carona, "ana").setCondominioId("cond-2").build()));
    Refused nowhere =
        Refused.by(() -> SERVICE.stub.processarReserva(request("nowhere", "ana").build()));
    elsewhere.as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA").with(Map.of("carona_id", carona));
    assertThat(elsewhere.errorInfo().getMetadataMap().keySet())
        .as("nothing tells it from a ride that never was")
        .isEqualTo(nowhere.errorInfo().getMetadataMap().keySet());
  }

  @Test
  void processarReserva_byACallerOfAnotherCondominium_refusesWithCaronaNaoEncontrada() {
    String carona = SERVICE.openCarona();
    Refused.by(() -> SERVICE.boundTo("cond-2").processarReserva(request(carona, "ana").build()))
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA")
        .with(Map.of("carona_id", carona));
    assertThat(SERVICE.boundTo("cond-1").processarReserva(request(carona, "ana").build()))
        .returns(false, ReservaResponse::getRepetida);
  }

  @Test
  void processarReserva_whenFull_refusesWithVagasInsuficientes() {
    String carona = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(carona, "ana").setVagas(4).build());
    SERVICE.store.forget();
    Refused.by(() -> SERVICE.stub.processarReserva(request(carona, "bia").build()))
        .as(Code.FAILED_PRECONDITION, "VAGAS_INSUFICIENTES")
        .with(Map.of("carona_id", carona, "vagas_disponiveis", "0"));
    assertThat(SERVICE.store.operations()).containsExactly("GetItem", "GetItem");
  }

  @Test
  void processarReserva_whenTooFewAreLeft_refusesAfterOneTransactionAndOneRead() {
    String carona = SERVICE.openCarona();
    Refused.by(() -> SERVICE.stub.processarReserva(request(carona, "ana").setVagas(5).build()))
        .as(Code.FAILED_PRECONDITION, "VAGAS_INSUFICIENTES")
        .with(Map.of("vagas_disponiveis", "4"));
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems", "GetItem");
  }

  @Test
  void processarReserva_onADepartedRide_refusesWithCaronaFechada() {
    Instant partida = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(1);
    String carona = SERVICE.carona(partida);
    Refused.by(() -> SERVICE.stub.processarReserva(request(carona, "ana").build()))
        .as(Code.FAILED_PRECONDITION, "CARONA_FECHADA")
        .with(Map.of("carona_id", carona, "status", "ABERTA", "partida", partida.toString()));
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems", "GetItem");
  }

  @Test
  void processarReserva_byTheDriver_refusesWithMotoristaNaoReserva() {
    String carona = SERVICE.openCarona();
    Refused.by(() -> SERVICE.stub.processarReserva(request(carona, "motorista-1").build()))
        .as(Code.FAILED_PRECONDITION, "MOTORISTA_NAO_RESERVA")
        .with(Map.of("carona_id", carona));
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems");
  }

  @Test
  void processarReserva_withAnotherRequestId_refusesWithReservaJaExiste() {
    String carona = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(carona, "ana").setVagas(2).build());
    SERVICE.store.forget();
    Refused.by(() -> SERVICE.stub.processarReserva(request(carona, "ana").build()))
        .as(Code.ALREADY_EXISTS, "RESERVA_JA_EXISTE")
        .with(
            Map.of("carona_id", carona, "usuario_id", "ana", "vagas", "2", "status", "CONFIRMADA"));
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems");
  }

  @Test
  void processarReserva_withNothing_namesEveryRequiredField() {
    Refused refused =
        Refused.by(
            () -> SERVICE.stub.processarReserva(ProcessarReservaRequest.getDefaultInstance()));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields())
        .containsExactly("request_id", "carona_id", "usuario_id", "condominio_id");
    assertThat(SERVICE.store.operations()).isEmpty();
  }

  @Test
  void processarReserva_withEveryFieldWrong_namesThemAllAtOnce() {
    Refused refused =
        Refused.by(() ->
            SERVICE.stub.processarReserva(
                ProcessarReservaRequest.newBuilder()
                    .setRequestId("not-a-uuid")
                    .setCaronaId("c".repeat(37))
                    .setUsuarioId("ana#bia")
                    .setCondominioId("c".repeat(65))
                    .setVagas(9)
                    .build()));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields())
        .containsExactly("request_id", "carona_id", "usuario_id", "condominio_id", "vagas");
    assertThat(SERVICE.store.operations()).isEmpty();
  }

  @Test
  void processarReserva_ofANegativeNumberOfSeats_isInvalid() {
    Refused refused =
        Refused.by(() ->
            SERVICE.stub.processarReserva(
                request(UUID.randomUUID().toString(), "ana").setVagas(-1).build()));
    assertThat(refused.fields()).containsExactly("vagas");
  }

  @Test
  void processarReserva_ofEightSeats_isTheMost() {
    CaronaItem eight = eightVagas();
    SERVICE.local.put(eight);
    assertThat(
            SERVICE
                .stub
                .processarReserva(request(eight.id(), "ana").setVagas(8).build())
                .getReserva()
                .getVagas())
        .isEqualTo(8);
  }

  private static CaronaItem eightVagas() {
    CaronaItem four =
        Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(1, ChronoUnit.DAYS));
    return new CaronaItem(
        four.id(),
        four.condominioId(),
        four.motoristaId(),
        four.origem(),
        four.destino(),
        four.partida(),
        8,
        8,
        CaronaItem.Status.ABERTA,
        1,
        four.veiculo(),
        four.observacoes(),
        four.motivo(),
        four.criadaEm(),
        four.atualizadaEm());
  }
}
