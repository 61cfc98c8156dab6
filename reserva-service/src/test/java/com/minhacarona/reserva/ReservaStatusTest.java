package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each line of the contract for UpdateReservaStatus, through a stub, on DynamoDB Local. */
@Tag("dynamodb")
class ReservaStatusTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  private final String caronaId = UUID.randomUUID().toString();

  /** Where the ride is in its life. */
  enum When {
    BEFORE_PARTIDA,
    /** The driver left before the time. */
    UNDER_WAY,
    AFTER_PARTIDA
  }

  private static final List<Arguments> LEGAL =
      List.of(
          Arguments.of(When.BEFORE_PARTIDA, Status.CONFIRMADA, Status.CANCELADA),
          Arguments.of(When.UNDER_WAY, Status.CONFIRMADA, Status.CONCLUIDA),
          Arguments.of(When.UNDER_WAY, Status.CONFIRMADA, Status.NAO_COMPARECEU),
          Arguments.of(When.AFTER_PARTIDA, Status.CONFIRMADA, Status.CONCLUIDA),
          Arguments.of(When.AFTER_PARTIDA, Status.CONFIRMADA, Status.NAO_COMPARECEU));

  /** Every change between two states at any time that is not legal. */
  static Stream<Arguments> illegal() {
    return Arrays.stream(When.values())
        .flatMap(when ->
            Arrays.stream(Status.values())
                .flatMap(from ->
                    Arrays.stream(Status.values())
                        .filter(to -> to != from)
                        .map(to -> Arguments.of(when, from, to))))
        .filter(
            change -> LEGAL.stream().noneMatch(legal -> Arrays.equals(legal.get(), change.get())));
  }

  @ParameterizedTest
  @FieldSource("LEGAL")
  void updateReservaStatus_alongItsLife_changesTheReservation(When when, Status from, Status to) {
    ReservaItem before = reserva(when, from);
    Reserva after = update(to, "assim foi");
    assertThat(after.getStatus().name()).isEqualTo("STATUS_RESERVA_" + to);
    assertThat(after.getMotivo()).isEqualTo("assim foi");
    assertThat(after.getVersao()).isEqualTo(before.versao() + 1);
    assertThat(SERVICE.local.reserva(caronaId, "ana"))
        .returns(to, ReservaItem::status)
        .returns(before.requestIds(), ReservaItem::requestIds);
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void updateReservaStatus_againstItsLife_refusesWithTransicaoInvalida(
      When when, Status from, Status to) {
    ReservaItem before = reserva(when, from);
    CaronaItem carona = SERVICE.local.carona(caronaId);
    Refused.by(() -> update(to, ""))
        .as(Code.FAILED_PRECONDITION, "TRANSICAO_INVALIDA")
        .with(Map.of("carona_id", caronaId, "usuario_id", "ana", "status", from.name()));
    assertThat(SERVICE.local.reserva(caronaId, "ana")).isEqualTo(before);
    assertThat(SERVICE.local.carona(caronaId)).isEqualTo(carona);
  }

  @ParameterizedTest
  @EnumSource
  void updateReservaStatus_toTheStateItIsIn_changesNothing(Status status) {
    ReservaItem before = reserva(When.BEFORE_PARTIDA, status);
    CaronaItem carona = SERVICE.local.carona(caronaId);
    assertThat(update(status, "de novo").getVersao()).isEqualTo(before.versao());
    assertThat(SERVICE.local.reserva(caronaId, "ana")).isEqualTo(before);
    assertThat(SERVICE.local.carona(caronaId)).isEqualTo(carona);
    assertThat(SERVICE.store.operations()).containsExactly("GetItem", "GetItem");
  }

  @Test
  void updateReservaStatus_toCancelada_givesTheSeatsBack() {
    String open = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(open, "ana").setVagas(3).build());
    SERVICE.store.forget();
    SERVICE.stub.updateReservaStatus(change(open, "ana", Status.CANCELADA, "").build());
    assertThat(SERVICE.local.carona(open))
        .returns(4, CaronaItem::vagasDisponiveis)
        .returns(3L, CaronaItem::versao);
    assertThat(SERVICE.store.operations())
        .containsExactly("GetItem", "GetItem", "TransactWriteItems");
  }

  @Test
  void updateReservaStatus_toCancelada_opensAFullRideAgain() {
    String open = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(open, "ana").setVagas(4).build());
    SERVICE.stub.updateReservaStatus(change(open, "ana", Status.CANCELADA, "").build());
    assertThat(SERVICE.local.carona(open))
        .returns(CaronaItem.Status.ABERTA, CaronaItem::status)
        .returns(4, CaronaItem::vagasDisponiveis);
    assertThat(SERVICE.stub.processarReserva(request(open, "ana").setVagas(4).build()))
        .returns(0, r -> r.getVagasDisponiveis());
  }

  @Test
  void updateReservaStatus_whenTheRaceIsLost_readsAndTriesAgain() {
    String open = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(open, "ana").build());
    ReservaItem touched =
        SERVICE
            .local
            .reserva(open, "ana")
            .withStatus(Status.CONFIRMADA, "", Instant.now().truncatedTo(ChronoUnit.MILLIS));
    SERVICE.store.forget();
    SERVICE.store.nextWith(
        "GetItem",
        "RESERVA#",
        DynamoDbProxy.answered(answer -> {
          SERVICE.local.put(touched);
          return answer;
        }));
    Reserva after =
        SERVICE
            .stub
            .updateReservaStatus(change(open, "ana", Status.CANCELADA, "").build())
            .getReserva();
    assertThat(after.getVersao()).isEqualTo(touched.versao() + 1);
    assertThat(SERVICE.local.carona(open).vagasDisponiveis()).isEqualTo(4);
    assertThat(SERVICE.store.operations())
        .containsExactly(
            "GetItem", "GetItem", "TransactWriteItems", "GetItem", "GetItem", "TransactWriteItems");
  }

  @Test
  void updateReservaStatus_whenTheAnswerIsLost_cancelsOnce() {
    String open = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(open, "ana").build());
    SERVICE.store.next(
        DynamoDbProxy.lostOnTheWayBack(),
        DynamoDbProxy.lostOnTheWayThere(),
        DynamoDbProxy.lostOnTheWayThere());
    Refused.by(() ->
            SERVICE.stub.updateReservaStatus(change(open, "ana", Status.CANCELADA, "").build()))
        .as(Code.UNAVAILABLE, Errors.RESULTADO_DESCONHECIDO);
    SERVICE.stub.updateReservaStatus(change(open, "ana", Status.CANCELADA, "").build());
    assertThat(SERVICE.local.carona(open).vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void updateReservaStatus_ofNoReservation_refusesWithReservaNaoEncontrada() {
    String open = SERVICE.openCarona();
    Refused.by(() ->
            SERVICE.stub.updateReservaStatus(change(open, "ninguem", Status.CANCELADA, "").build()))
        .as(Code.NOT_FOUND, "RESERVA_NAO_ENCONTRADA")
        .with(Map.of("carona_id", open, "usuario_id", "ninguem"));
    Refused.by(() ->
            SERVICE.stub.updateReservaStatus(
                change("nowhere", "ana", Status.CANCELADA, "").build()))
        .as(Code.NOT_FOUND, "RESERVA_NAO_ENCONTRADA");
  }

  @Test
  void updateReservaStatus_onARideOfAnotherCondominium_refusesWithReservaNaoEncontrada() {
    ReservaItem before = reserva(When.BEFORE_PARTIDA, Status.CONFIRMADA);
    Refused.by(() ->
            SERVICE
                .boundTo("cond-2")
                .updateReservaStatus(change(caronaId, "ana", Status.CANCELADA, "").build()))
        .as(Code.NOT_FOUND, "RESERVA_NAO_ENCONTRADA");
    assertThat(SERVICE.local.reserva(caronaId, "ana")).isEqualTo(before);
  }

  @Test
  void updateReservaStatus_withABadRequest_namesAllFields() {
    Refused refused =
        Refused.by(() ->
            SERVICE.stub.updateReservaStatus(
                UpdateReservaStatusRequest.newBuilder().setMotivo("x".repeat(141)).build()));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("status", "carona_id", "usuario_id", "motivo");
  }

  /** Ana's reservation of one seat in this state, on a ride at this point of its life. */
  private ReservaItem reserva(When when, Status status) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Instant partida = when == When.AFTER_PARTIDA ? now.minusSeconds(1) : now.plusSeconds(3600);
    CaronaItem open = Examples.carona(caronaId, partida);
    ReservaItem reserva =
        Examples.reserva(caronaId, "ana", UUID.randomUUID().toString()).withStatus(status, "", now);
    SERVICE.local.put(
        open.withStatus(
            when == When.UNDER_WAY ? CaronaItem.Status.EM_ANDAMENTO : CaronaItem.Status.ABERTA,
            status.holdsVagas() ? 3 : 4,
            "",
            now));
    SERVICE.local.put(reserva);
    return reserva;
  }

  private Reserva update(Status status, String motivo) {
    return SERVICE
        .stub
        .updateReservaStatus(change(caronaId, "ana", status, motivo).build())
        .getReserva();
  }

  private static UpdateReservaStatusRequest.Builder change(
      String caronaId, String usuarioId, Status status, String motivo) {
    return UpdateReservaStatusRequest.newBuilder()
        .setCaronaId(caronaId)
        .setUsuarioId(usuarioId)
        .setStatus(StatusReserva.valueOf("STATUS_RESERVA_" + status))
        .setMotivo(motivo);
  }
}
