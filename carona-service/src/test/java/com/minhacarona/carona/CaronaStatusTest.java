package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import io.grpc.Status.Code;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each line of the contract for UpdateCaronaStatus, through a stub, on DynamoDB Local. */
@Tag("dynamodb")
class CaronaStatusTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  private static final List<Arguments> LEGAL =
      List.of(
          Arguments.of(Status.ABERTA, Status.EM_ANDAMENTO),
          Arguments.of(Status.ABERTA, Status.CANCELADA),
          Arguments.of(Status.LOTADA, Status.EM_ANDAMENTO),
          Arguments.of(Status.LOTADA, Status.CANCELADA),
          Arguments.of(Status.EM_ANDAMENTO, Status.CONCLUIDA),
          Arguments.of(Status.EM_ANDAMENTO, Status.CANCELADA));

  private final String caronaId = UUID.randomUUID().toString();

  /** Every pair of two states that is not legal. */
  static Stream<Arguments> illegal() {
    return Arrays.stream(Status.values())
        .flatMap(from ->
            Arrays.stream(Status.values())
                .filter(to -> to != from)
                .map(to -> Arguments.of(from, to)))
        .filter(pair -> LEGAL.stream().noneMatch(legal -> Arrays.equals(legal.get(), pair.get())));
  }

  @ParameterizedTest
  @FieldSource("LEGAL")
  void updateCaronaStatus_alongItsLife_changesTheRide(Status from, Status to) {
    CaronaItem before = carona(from);
    Carona after = update(caronaId, to, "assim foi").getCarona();
    assertThat(after.getStatus().name()).isEqualTo("STATUS_CARONA_" + to);
    assertThat(after.getMotivo()).isEqualTo("assim foi");
    assertThat(after.getVersao()).isEqualTo(before.versao() + 1);
    assertThat(CaronaProtos.carona(SERVICE.local.carona(caronaId))).isEqualTo(after);
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void updateCaronaStatus_againstItsLife_refusesWithTransicaoInvalida(Status from, Status to) {
    CaronaItem before = carona(from);
    Refused.by(() -> update(caronaId, to, ""))
        .as(Code.FAILED_PRECONDITION, "TRANSICAO_INVALIDA")
        .with(Map.of("carona_id", caronaId, "status", from.name()));
    assertThat(SERVICE.local.carona(caronaId)).isEqualTo(before);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.EnumSource
  void updateCaronaStatus_toTheStateItIsIn_changesNothing(Status status) {
    CaronaItem before = carona(status);
    SERVICE.store.forget();
    Carona after = update(caronaId, status, "de novo").getCarona();
    assertThat(after).isEqualTo(CaronaProtos.carona(before));
    assertThat(SERVICE.local.carona(caronaId)).isEqualTo(before);
    assertThat(SERVICE.store.operations()).containsExactly("Query");
  }

  @Test
  void updateCaronaStatus_toCancelada_cancelsEveryConfirmedReservation() {
    CaronaItem open = Examples.carona(caronaId, tomorrow());
    SERVICE.local.put(open.withStatus(Status.LOTADA, 0, "", open.criadaEm()));
    for (int i = 0; i < 4; i++) {
      SERVICE.local.put(
          Examples.reserva(caronaId, "passageiro-" + i, UUID.randomUUID().toString()));
    }
    ReservaItem gone =
        Examples.reserva(caronaId, "desistente", UUID.randomUUID().toString())
            .withStatus(ReservaItem.Status.CANCELADA, "desisti", open.criadaEm());
    SERVICE.local.put(gone);

    Carona after = update(caronaId, Status.CANCELADA, "carro quebrou").getCarona();

    assertThat(after.getVagasDisponiveis()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(SERVICE.local.reserva(caronaId, "passageiro-" + i))
          .returns(ReservaItem.Status.CANCELADA, ReservaItem::status)
          .returns("carro quebrou", ReservaItem::motivo)
          .returns(2L, ReservaItem::versao);
    }
    assertThat(SERVICE.local.reserva(caronaId, "desistente")).isEqualTo(gone);
    assertThat(SERVICE.store.operations()).containsExactly("Query", "TransactWriteItems");
  }

  @Test
  void updateCaronaStatus_toCancelada_of50Reservations_isOneTransaction() {
    CaronaItem open = Examples.carona(caronaId, tomorrow());
    SERVICE.local.put(
        new CaronaItem(
            caronaId,
            open.condominioId(),
            open.motoristaId(),
            open.origem(),
            open.destino(),
            open.partida(),
            50,
            0,
            Status.LOTADA,
            51,
            open.veiculo(),
            "",
            "",
            open.criadaEm(),
            open.criadaEm()));
    for (int i = 0; i < 50; i++) {
      SERVICE.local.put(
          Examples.reserva(caronaId, "passageiro-" + i, UUID.randomUUID().toString()));
    }
    assertThat(update(caronaId, Status.CANCELADA, "").getCarona().getVagasDisponiveis())
        .isEqualTo(50);
    assertThat(SERVICE.store.operations()).containsExactly("Query", "TransactWriteItems");
  }

  @Test
  void updateCaronaStatus_toCanceladaUnderWay_keepsTheSeatsOfWhoTravelled() {
    CaronaItem open = Examples.carona(caronaId, Instant.now().minusSeconds(60));
    SERVICE.local.put(open.withStatus(Status.EM_ANDAMENTO, 2, "", open.criadaEm()));
    SERVICE.local.put(Examples.reserva(caronaId, "a bordo".replace(' ', '-'), "r1"));
    SERVICE.local.put(
        Examples.reserva(caronaId, "chegou", "r2")
            .withStatus(ReservaItem.Status.CONCLUIDA, "", open.criadaEm()));
    assertThat(update(caronaId, Status.CANCELADA, "").getCarona().getVagasDisponiveis())
        .isEqualTo(3);
    assertThat(SERVICE.local.reserva(caronaId, "chegou").status())
        .isEqualTo(ReservaItem.Status.CONCLUIDA);
  }

  @Test
  void updateCaronaStatus_whenTheRaceIsLost_readsAndTriesAgain() {
    carona(Status.ABERTA);
    CaronaItem booked =
        SERVICE.local.carona(caronaId).withStatus(Status.ABERTA, 3, "", Instant.now());
    SERVICE.store.next(
        DynamoDbProxy.answered(answer -> {
          // It was first: as if a booking had come between.
          assertThat(answer.status()).isEqualTo(400);
          return answer;
        }));
    SERVICE.store.next(
        "Query",
        DynamoDbProxy.answered(answer -> {
          SERVICE.local.put(booked);
          SERVICE.local.put(Examples.reserva(caronaId, "ana", "r1"));
          return answer;
        }));
    Carona after = update(caronaId, Status.CANCELADA, "").getCarona();
    assertThat(after.getVersao()).isEqualTo(booked.versao() + 1);
    assertThat(after.getVagasDisponiveis()).isEqualTo(4);
    assertThat(SERVICE.local.reserva(caronaId, "ana").status())
        .isEqualTo(ReservaItem.Status.CANCELADA);
    assertThat(SERVICE.store.operations())
        .containsExactly("Query", "TransactWriteItems", "Query", "TransactWriteItems");
  }

  @Test
  void updateCaronaStatus_isSeenByTheNextCheckVagas() {
    carona(Status.ABERTA);
    var check = com.minhacarona.v1.CheckVagasRequest.newBuilder().setCaronaId(caronaId).build();
    assertThat(SERVICE.stub.checkVagas(check).getDisponivel()).isTrue();
    update(caronaId, Status.CANCELADA, "");
    assertThat(SERVICE.stub.checkVagas(check).getStatus())
        .isEqualTo(StatusCarona.STATUS_CARONA_CANCELADA);
  }

  @Test
  void updateCaronaStatus_ofNoRide_refusesWithCaronaNaoEncontrada() {
    Refused.by(() -> update("nowhere", Status.CANCELADA, ""))
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA");
  }

  @Test
  void updateCaronaStatus_ofARideOfAnotherCondominium_refusesWithCaronaNaoEncontrada() {
    CaronaItem before = carona(Status.ABERTA);
    Refused.by(() ->
            SERVICE
                .boundTo("cond-2")
                .updateCaronaStatus(request(caronaId, Status.CANCELADA, "").build()))
        .as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA")
        .with(Map.of("carona_id", caronaId));
    assertThat(SERVICE.local.carona(caronaId)).isEqualTo(before);
  }

  @Test
  void updateCaronaStatus_withABadRequest_namesAllFields() {
    Refused refused =
        Refused.by(() ->
            SERVICE.stub.updateCaronaStatus(
                UpdateCaronaStatusRequest.newBuilder().setMotivo("x".repeat(141)).build()));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("carona_id", "status", "motivo");
  }

  /** A stored ride in this state, with the seats of its reservations gone. */
  private CaronaItem carona(Status status) {
    CaronaItem open = Examples.carona(caronaId, tomorrow());
    CaronaItem carona =
        status == Status.LOTADA
            ? open.withStatus(status, 0, "", open.criadaEm())
            : open.withStatus(status, 4, "", open.criadaEm());
    SERVICE.local.put(carona);
    if (status == Status.LOTADA) {
      for (int i = 0; i < 4; i++) {
        SERVICE.local.put(
            Examples.reserva(caronaId, "passageiro-" + i, UUID.randomUUID().toString()));
      }
    }
    return carona;
  }

  private static com.minhacarona.v1.CaronaResponse update(
      String caronaId, Status status, String motivo) {
    return SERVICE.stub.updateCaronaStatus(request(caronaId, status, motivo).build());
  }

  private static UpdateCaronaStatusRequest.Builder request(
      String caronaId, Status status, String motivo) {
    return UpdateCaronaStatusRequest.newBuilder()
        .setCaronaId(caronaId)
        .setStatus(StatusCarona.valueOf("STATUS_CARONA_" + status))
        .setMotivo(motivo);
  }

  private static Instant tomorrow() {
    return Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
  }
}
