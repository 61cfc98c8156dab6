package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CheckVagasResponse;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.Veiculo;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each line of the contract for the RPCs on rides, through a stub, on DynamoDB Local. */
@Tag("dynamodb")
class CaronaServiceTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

  @Test
  void createCarona_returnsTheRideAsItIsStored() {
    CreateCaronaRequest request = valid().build();
    Carona carona = SERVICE.stub.createCarona(request).getCarona();
    assertThat(SERVICE.store.operations()).containsExactly("TransactWriteItems");
    assertThat(carona)
        .returns(request.getCondominioId(), Carona::getCondominioId)
        .returns(request.getMotoristaId(), Carona::getMotoristaId)
        .returns(request.getOrigem(), Carona::getOrigem)
        .returns(request.getDestino(), Carona::getDestino)
        .returns(request.getPartida(), Carona::getPartida)
        .returns(4, Carona::getVagasTotal)
        .returns(4, Carona::getVagasDisponiveis)
        .returns(StatusCarona.STATUS_CARONA_ABERTA, Carona::getStatus)
        .returns(1L, Carona::getVersao)
        .returns(request.getVeiculo(), Carona::getVeiculo)
        .returns(request.getObservacoes(), Carona::getObservacoes);
    assertThat(get(carona.getId(), Consistencia.CONSISTENCIA_FORTE)).isEqualTo(carona);
  }

  @Test
  void createCarona_withAVeiculoThatSaysNothing_hasNone() {
    CreateCaronaRequest request = valid().setVeiculo(Veiculo.getDefaultInstance()).build();
    assertThat(SERVICE.stub.createCarona(request).getCarona()).returns(false, Carona::hasVeiculo);
  }

  @Test
  void createCarona_repeated_returnsTheSameRide() {
    CreateCaronaRequest request = valid().build();
    assertThat(SERVICE.stub.createCarona(request)).isEqualTo(SERVICE.stub.createCarona(request));
  }

  @Test
  void createCarona_withTheSameUuidInOtherLetters_returnsTheSameRide() {
    String uuid = UUID.randomUUID().toString();
    assertThat(SERVICE.stub.createCarona(valid().setRequestId(uuid).build()))
        .isEqualTo(
            SERVICE.stub.createCarona(
                valid().setRequestId(uuid.toUpperCase(java.util.Locale.ROOT)).build()));
  }

  @Test
  void createCarona_withPartidaFinerThanMillis_cutsItAndStaysRepeatable() {
    CreateCaronaRequest request =
        valid().setPartida(timestamp(tomorrow.plusNanos(1_234_567))).build();
    Carona carona = SERVICE.stub.createCarona(request).getCarona();
    assertThat(carona.getPartida()).isEqualTo(timestamp(tomorrow.plusMillis(1)));
    assertThat(SERVICE.stub.createCarona(request).getCarona()).isEqualTo(carona);
  }

  @Test
  void createCarona_whenTheAnswerIsLost_storesOneRide() {
    SERVICE.store.next(DynamoDbProxy.lostOnTheWayBack());
    CreateCaronaRequest request = valid().build();
    Carona carona = SERVICE.stub.createCarona(request).getCarona();
    assertThat(SERVICE.store.operations())
        .containsExactly("TransactWriteItems", "TransactWriteItems");
    assertThat(SERVICE.stub.createCarona(request).getCarona()).isEqualTo(carona);
  }

  @Test
  void createCarona_withAUsedRequestIdAndOtherContent_refusesWithRequestIdReutilizado() {
    CreateCaronaRequest request = valid().build();
    String id = SERVICE.stub.createCarona(request).getCarona().getId();
    Refused.by(
            () -> SERVICE.stub.createCarona(request.toBuilder().setDestino("Outro lugar").build()))
        .as(Code.ALREADY_EXISTS, "REQUEST_ID_REUTILIZADO")
        .with(Map.of("carona_id", id));
  }

  @Test
  void createCarona_withNothing_namesEveryRequiredField() {
    Refused refused =
        Refused.by(() -> SERVICE.stub.createCarona(CreateCaronaRequest.getDefaultInstance()));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields())
        .containsExactly(
            "request_id",
            "condominio_id",
            "motorista_id",
            "origem",
            "destino",
            "partida",
            "vagas_total");
    assertThat(SERVICE.store.operations()).isEmpty();
  }

  @Test
  void createCarona_withEveryFieldWrong_namesThemAllAtOnce() {
    CreateCaronaRequest request =
        CreateCaronaRequest.newBuilder()
            .setRequestId("1-1-1-1-1")
            .setCondominioId("c".repeat(65))
            .setMotoristaId("ana maria")
            .setOrigem("o".repeat(121))
            .setDestino("USP\u0000")
            .setPartida(timestamp(Instant.now().minusSeconds(1)))
            .setVagasTotal(51)
            .setVeiculo(
                Veiculo.newBuilder()
                    .setModelo("m".repeat(41))
                    .setCor("azul\n")
                    .setPlaca("abc-1234"))
            .setObservacoes("x".repeat(281))
            .build();
    Refused refused = Refused.by(() -> SERVICE.stub.createCarona(request));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields())
        .containsExactly(
            "request_id",
            "condominio_id",
            "motorista_id",
            "origem",
            "destino",
            "partida",
            "vagas_total",
            "veiculo.modelo",
            "veiculo.cor",
            "veiculo.placa",
            "observacoes");
    assertThat(SERVICE.store.operations()).isEmpty();
  }

  @Test
  void createCarona_withSeatsOutOfRange_isInvalid() {
    for (int seats : new int[] {0, -1, 51, Integer.MIN_VALUE}) {
      assertThat(invalidFields(valid().setVagasTotal(seats))).containsExactly("vagas_total");
    }
    SERVICE.stub.createCarona(valid().setVagasTotal(50).build());
  }

  @Test
  void createCarona_withPartidaNotAheadOrTooFarAhead_isInvalid() {
    Instant limit = Instant.now().plus(CaronaItem.MAX_AHEAD);
    for (Instant partida :
        List.of(Instant.EPOCH, Instant.now().minusSeconds(1), limit.plusSeconds(60))) {
      assertThat(invalidFields(valid().setPartida(timestamp(partida)))).containsExactly("partida");
    }
    SERVICE.stub.createCarona(valid().setPartida(timestamp(limit.minusSeconds(60))).build());
  }

  @Test
  void createCarona_withATimestampThatIsNone_isInvalid() {
    for (Timestamp partida :
        List.of(
            Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build(),
            Timestamp.newBuilder().setSeconds(Long.MIN_VALUE).build(),
            timestamp(tomorrow).toBuilder().setNanos(-1).build(),
            timestamp(tomorrow).toBuilder().setNanos(1_000_000_000).build())) {
      assertThat(invalidFields(valid().setPartida(partida))).containsExactly("partida");
    }
  }

  @Test
  void createCarona_with280CharactersOfNotes_isStored_emojiCountedAsOne() {
    String notes = "🚗".repeat(280);
    assertThat(
            SERVICE
                .stub
                .createCarona(valid().setObservacoes(notes).build())
                .getCarona()
                .getObservacoes())
        .isEqualTo(notes);
    assertThat(invalidFields(valid().setObservacoes(notes + "!"))).containsExactly("observacoes");
  }

  @Test
  void createCarona_withTextsThatAreNotUtf8_namesThemAll() {
    byte[] request =
        valid()
            .setOrigem("@@@@")
            .setVeiculo(Veiculo.newBuilder().setCor("@@@@"))
            .build()
            .toByteArray();
    for (int i = 0; i < request.length; i++) {
      if (request[i] == '@') {
        request[i] = (byte) 0xff;
      }
    }
    Refused refused = Refused.by(() -> send(request));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactlyInAnyOrder("origem", "veiculo.cor");
  }

  @Test
  void createCarona_withBytesThatAreNoMessage_isInvalid() {
    Refused refused = Refused.by(() -> send("not protobuf".getBytes(StandardCharsets.UTF_8)));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("request");
  }

  @Test
  void getCarona_thatIsNotThere_refusesWithCaronaNaoEncontrada() {
    Refused.by(() -> get("nowhere", Consistencia.CONSISTENCIA_UNSPECIFIED))
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA")
        .with(Map.of("carona_id", "nowhere"));
  }

  @Test
  void getCarona_withABadRequest_namesAllFields() {
    Refused refused =
        Refused.by(() ->
            SERVICE.stub.getCarona(
                GetCaronaRequest.newBuilder()
                    .setCaronaId("c".repeat(37))
                    .setConsistenciaValue(7)
                    .build()));
    assertThat(refused.fields()).containsExactly("carona_id", "consistencia");
  }

  @Test
  void checkVagas_ofAnOpenRide_answersWithOneRead() {
    String id = SERVICE.stub.createCarona(valid().build()).getCarona().getId();
    SERVICE.store.forget();
    CheckVagasResponse answer = check(id, 4, Consistencia.CONSISTENCIA_EVENTUAL);
    assertThat(SERVICE.store.operations()).containsExactly("GetItem");
    assertThat(answer)
        .returns(true, CheckVagasResponse::getDisponivel)
        .returns(4, CheckVagasResponse::getVagasDisponiveis)
        .returns(StatusCarona.STATUS_CARONA_ABERTA, CheckVagasResponse::getStatus)
        .returns(1L, CheckVagasResponse::getVersao);
    assertThat(check(id, 5, Consistencia.CONSISTENCIA_EVENTUAL).getDisponivel()).isFalse();
    assertThat(SERVICE.store.operations()).as("the second answer is from memory").hasSize(1);
  }

  @Test
  void checkVagas_forte_readsEveryTime_andIsNotOld() {
    String id = SERVICE.stub.createCarona(valid().build()).getCarona().getId();
    SERVICE.store.forget();
    check(id, 1, Consistencia.CONSISTENCIA_FORTE);
    CheckVagasResponse answer = check(id, 1, Consistencia.CONSISTENCIA_FORTE);
    assertThat(SERVICE.store.operations()).containsExactly("GetItem", "GetItem");
    assertThat(answer.getIdade()).isEqualTo(com.google.protobuf.Duration.getDefaultInstance());
  }

  @Test
  void checkVagas_ofADepartedOrClosedRide_isNotDisponivel() {
    CaronaItem departed = Examples.carona("departed", Instant.now().minusSeconds(60));
    SERVICE.local.put(departed);
    CheckVagasResponse answer = check("departed", 1, Consistencia.CONSISTENCIA_UNSPECIFIED);
    assertThat(answer.getDisponivel()).isFalse();
    assertThat(answer.getVagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void checkVagas_thatIsNotThere_refusesWithCaronaNaoEncontrada() {
    Refused.by(() -> check("nowhere", 1, Consistencia.CONSISTENCIA_UNSPECIFIED))
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA");
  }

  @Test
  void checkVagas_withABadRequest_namesAllFields() {
    Refused refused =
        Refused.by(() ->
            SERVICE.stub.checkVagas(
                CheckVagasRequest.newBuilder().setVagas(9).setConsistenciaValue(9).build()));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("carona_id", "vagas", "consistencia");
  }

  @Test
  void aCallerOfOneCondominium_seesNoOtherRide() {
    String id = SERVICE.stub.createCarona(valid().build()).getCarona().getId();
    CaronaServiceBlockingStub neighbour = SERVICE.boundTo("cond-2");
    check(id, 1, Consistencia.CONSISTENCIA_UNSPECIFIED); // The answer is in memory now.

    Refused.by(() -> neighbour.getCarona(GetCaronaRequest.newBuilder().setCaronaId(id).build()))
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA");
    for (Consistencia consistencia :
        List.of(Consistencia.CONSISTENCIA_EVENTUAL, Consistencia.CONSISTENCIA_FORTE)) {
      Refused.by(() ->
              neighbour.checkVagas(
                  CheckVagasRequest.newBuilder()
                      .setCaronaId(id)
                      .setConsistencia(consistencia)
                      .build()))
          .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA");
    }
    Carona seen =
        SERVICE
            .boundTo("cond-1")
            .getCarona(GetCaronaRequest.newBuilder().setCaronaId(id).build())
            .getCarona();
    assertThat(seen.getId()).isEqualTo(id);
  }

  @Test
  void createCarona_inAnotherCondominium_refusesWithOutroCondominio() {
    Refused.by(() -> SERVICE.boundTo("cond-2").createCarona(valid().build()))
        .as(Code.PERMISSION_DENIED, "OUTRO_CONDOMINIO");
    assertThat(SERVICE.store.operations()).isEmpty();
  }

  private CreateCaronaRequest.Builder valid() {
    return CreateCaronaRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCondominioId("cond-1")
        .setMotoristaId("ana")
        .setOrigem("Portaria")
        .setDestino("Estação Butantã")
        .setPartida(timestamp(tomorrow))
        .setVagasTotal(4)
        .setVeiculo(Veiculo.newBuilder().setModelo("Onix").setPlaca("ABC1D23"))
        .setObservacoes("Sem bagagem");
  }

  private static List<String> invalidFields(CreateCaronaRequest.Builder request) {
    Refused refused = Refused.by(() -> SERVICE.stub.createCarona(request.build()));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    return refused.fields();
  }

  private static Carona get(String id, Consistencia consistencia) {
    return SERVICE
        .stub
        .getCarona(
            GetCaronaRequest.newBuilder().setCaronaId(id).setConsistencia(consistencia).build())
        .getCarona();
  }

  private static CheckVagasResponse check(String id, int vagas, Consistencia consistencia) {
    return SERVICE.stub.checkVagas(
        CheckVagasRequest.newBuilder()
            .setCaronaId(id)
            .setVagas(vagas)
            .setConsistencia(consistencia)
            .build());
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** Sends these very bytes as a CreateCaronaRequest. */
  private static void send(byte[] bytes) {
    MethodDescriptor<byte[], ?> method =
        CaronaServiceGrpc.getCreateCaronaMethod().toBuilder(
                new MethodDescriptor.Marshaller<byte[]>() {
                  @Override
                  public InputStream stream(byte[] value) {
                    return new ByteArrayInputStream(value);
                  }

                  @Override
                  public byte[] parse(InputStream stream) {
                    throw new UnsupportedOperationException();
                  }
                },
                CaronaServiceGrpc.getCreateCaronaMethod().getResponseMarshaller())
            .build();
    ClientCalls.blockingUnaryCall(SERVICE.server.channel(), method, CallOptions.DEFAULT, bytes);
  }
}
