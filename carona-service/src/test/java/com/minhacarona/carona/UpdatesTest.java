package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceStub;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateRequest.CancelarAssinatura;
import com.minhacarona.v1.CaronaUpdateRequest.MudarStatus;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CaronaUpdateResponse.EventoCase;
import com.minhacarona.v1.StatusCarona;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each line of the contract for StreamCaronasUpdates; the feed is the table's own stream. */
@Tag("dynamodb")
class UpdatesTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
  private final String carona = UUID.randomUUID().toString();
  private CaronaServiceStub stub;

  @BeforeEach
  void putCarona() {
    stub = CaronaServiceGrpc.newStub(SERVICE.server.channel());
    SERVICE.local.put(Examples.carona(carona, tomorrow));
  }

  @Test
  void assinar_answersWithResultStateAndSincronizado_thenWithLaterStates() {
    Watcher watcher = Watcher.open(stub).followCaronas(carona);
    assertThat(watcher.received)
        .extracting(CaronaUpdateResponse::getEventoCase)
        .containsExactly(EventoCase.RESULTADO, EventoCase.ATUALIZACAO, EventoCase.SINCRONIZADO);
    assertThat(watcher.received.get(1).getAtualizacao().getInicial()).isTrue();
    assertThat(watcher.received.get(1).getAtualizacao().getCarona())
        .isEqualTo(CaronaProtos.carona(SERVICE.local.carona(carona)));

    change(Status.EM_ANDAMENTO, 2);
    watcher.awaitVersion(carona, 2);
    assertThat(watcher.received.getLast().getAtualizacao().getInicial()).isFalse();
    assertThat(watcher.received.getLast().getAtualizacao().getCarona().getStatus())
        .isEqualTo(StatusCarona.STATUS_CARONA_EM_ANDAMENTO);
    watcher.requests.cancel("done", null);
  }

  @Test
  void assinar_aCondominio_followsRidesToCome() {
    CaronaItem here = Examples.carona(carona, tomorrow);
    Watcher watcher = Watcher.open(stub).followCondominio(here.condominioId());
    assertThat(watcher.versions(carona)).containsExactly(1L);
    String later = UUID.randomUUID().toString();
    SERVICE.local.put(Examples.carona(later, tomorrow));
    watcher.awaitVersion(later, 1);
    watcher.requests.cancel("done", null);
  }

  @Test
  void assinar_withVersoesConhecidas_sendsOnlyWhatIsNew() {
    String other = UUID.randomUUID().toString();
    SERVICE.local.put(Examples.carona(other, tomorrow));
    Watcher watcher =
        Watcher.open(stub)
            .follow(
                "c1",
                Assinar.newBuilder()
                    .addCaronaIds(carona)
                    .addCaronaIds(other)
                    .putVersoesConhecidas(carona, 1))
            .synced();
    assertThat(watcher.versions(carona)).isEmpty();
    assertThat(watcher.versions(other)).containsExactly(1L);
    change(Status.EM_ANDAMENTO, 2);
    watcher.awaitVersion(carona, 2);
    watcher.requests.cancel("done", null);
  }

  @Test
  void assinar_withAVersaoAboveWhatIsStored_sendsTheStoredState_andLaterOnes() {
    Watcher watcher =
        Watcher.open(stub)
            .follow("c1", Assinar.newBuilder().addCaronaIds(carona).putVersoesConhecidas(carona, 9))
            .synced();
    assertThat(watcher.versions(carona)).containsExactly(1L);
    change(Status.EM_ANDAMENTO, 2);
    watcher.awaitVersion(carona, 2);
    watcher.requests.cancel("done", null);
  }

  @Test
  void assinar_aRideThatIsNotThere_isRefused_andTheStreamGoesOn() {
    Watcher watcher = Watcher.open(stub).follow("no", Assinar.newBuilder().addCaronaIds("nowhere"));
    assertThat(watcher.awaitResult("no"))
        .returns(Code.NOT_FOUND.value(), CaronaUpdateResponse.Resultado::getCodigo)
        .returns("CARONA_NAO_ENCONTRADA", CaronaUpdateResponse.Resultado::getMotivo);
    watcher.followCaronas(carona);
    assertThat(watcher.versions(carona)).containsExactly(1L);
    watcher.follow("half", Assinar.newBuilder().addCaronaIds(carona).addCaronaIds("nowhere"));
    assertThat(watcher.awaitResult("half").getCodigo()).isEqualTo(Code.NOT_FOUND.value());
    change(Status.EM_ANDAMENTO, 2);
    watcher.awaitVersion(carona, 2);
    watcher.requests.cancel("done", null);
  }

  @Test
  void comandoId_ofMoreThan64Characters_isRefusedAndNotEchoed() {
    Watcher watcher = Watcher.open(stub);
    watcher.follow("ç".repeat(64), Assinar.newBuilder().addCaronaIds(carona));
    assertThat(watcher.awaitResult("ç".repeat(64)).getCodigo()).isZero();
    watcher.follow("x".repeat(65), Assinar.newBuilder().addCaronaIds(carona));
    watcher.follow("x".repeat(60_000), Assinar.newBuilder().addCaronaIds(carona));
    assertThat(watcher.awaitResult(""))
        .returns(Code.INVALID_ARGUMENT.value(), CaronaUpdateResponse.Resultado::getCodigo)
        .returns("ARGUMENTO_INVALIDO", CaronaUpdateResponse.Resultado::getMotivo);
    watcher.followCaronas(carona);
    assertThat(watcher.received)
        .allSatisfy(response -> assertThat(response.getSerializedSize()).isLessThan(1_000));
    watcher.requests.cancel("done", null);
  }

  @Test
  void request_ofMoreThan64KiB_endsTheStreamAsInvalid() {
    Watcher watcher = Watcher.open(stub).followCaronas(carona);
    watcher.follow("x".repeat(70_000), Assinar.newBuilder().addCaronaIds(carona));
    await().until(() -> watcher.ended.isPresent());
    Refused.of((StatusRuntimeException) watcher.ended.orElseThrow())
        .as(Code.INVALID_ARGUMENT, "ARGUMENTO_INVALIDO");
  }

  @Test
  void assinar_malformed_isRefusedWithArgumentoInvalido() {
    Watcher watcher = Watcher.open(stub);
    watcher.follow("none", Assinar.newBuilder());
    watcher.follow(
        "many",
        Assinar.newBuilder()
            .addAllCaronaIds(IntStream.range(0, 101).mapToObj(i -> "ride-" + i).toList()));
    watcher.follow("bad", Assinar.newBuilder().addCaronaIds("não").setCondominioId("#"));
    watcher.follow("known", Assinar.newBuilder().addCaronaIds(carona).putVersoesConhecidas("?", 1));
    for (String comando : List.of("none", "many", "bad", "known")) {
      assertThat(watcher.awaitResult(comando).getMotivo()).isEqualTo("ARGUMENTO_INVALIDO");
    }
    watcher.requests.cancel("done", null);
  }

  @Test
  void cancelarAssinatura_endsFollowing_andFollowingAgainTellsTheStateAgain() {
    Watcher watcher = Watcher.open(stub).followCaronas(carona);
    watcher.requests.onNext(
        CaronaUpdateRequest.newBuilder()
            .setComandoId("c2")
            .setCancelarAssinatura(CancelarAssinatura.newBuilder().addCaronaIds(carona))
            .build());
    assertThat(watcher.awaitResult("c2").getCodigo()).isZero();
    change(Status.EM_ANDAMENTO, 2);
    // A second watcher sees the change: it has passed the feed.
    Watcher.open(stub).followCaronas(carona).awaitVersion(carona, 2);
    assertThat(watcher.versions(carona)).containsExactly(1L);
    watcher.follow("c3", Assinar.newBuilder().addCaronaIds(carona));
    watcher.awaitVersion(carona, 2);
    watcher.requests.cancel("done", null);
  }

  @Test
  void mudarStatus_hasTheRulesOfUpdateCaronaStatus() {
    Watcher watcher = Watcher.open(stub).followCaronas(carona);
    mudar(watcher, "left", StatusCarona.STATUS_CARONA_EM_ANDAMENTO);
    assertThat(watcher.awaitResult("left").getCodigo()).isZero();
    watcher.awaitVersion(carona, 2);
    mudar(watcher, "open", StatusCarona.STATUS_CARONA_ABERTA);
    assertThat(watcher.awaitResult("open"))
        .returns(Code.FAILED_PRECONDITION.value(), CaronaUpdateResponse.Resultado::getCodigo)
        .returns("TRANSICAO_INVALIDA", CaronaUpdateResponse.Resultado::getMotivo);
    watcher.requests.cancel("done", null);
  }

  @Test
  void aClientThatHalfCloses_keepsReceiving() {
    Watcher watcher = Watcher.open(stub).followCaronas(carona);
    watcher.requests.onCompleted();
    change(Status.EM_ANDAMENTO, 2);
    watcher.awaitVersion(carona, 2);
    assertThat(watcher.completed).isFalse();
    watcher.requests.cancel("done", null);
  }

  @Test
  void aMessageWithoutACommand_isNotAnswered() {
    Watcher watcher = Watcher.open(stub);
    watcher.requests.onNext(CaronaUpdateRequest.newBuilder().setComandoId("here").build());
    watcher.followCaronas(carona);
    assertThat(watcher.received.getFirst().getResultado().getComandoId()).isEqualTo("c1");
    watcher.requests.cancel("done", null);
  }

  @Test
  void aStreamOfAnotherCondominium_findsNothing() {
    Watcher watcher = Watcher.open(TestServer.boundTo("cond-2", stub));
    watcher.follow("ride", Assinar.newBuilder().addCaronaIds(carona));
    assertThat(watcher.awaitResult("ride").getMotivo()).isEqualTo("CARONA_NAO_ENCONTRADA");
    watcher.followCondominio("cond-1");
    assertThat(watcher.received).noneMatch(CaronaUpdateResponse::hasAtualizacao);
    watcher.requests.cancel("done", null);
  }

  @Test
  void afterTwentySecondsOfSilence_thereIsABatimento_andNoneBefore() {
    Watcher watcher = Watcher.open(stub).followCaronas(carona);
    UpdateHub hub = SERVICE.server.instance(UpdateHub.class);
    Instant now = Instant.now();
    hub.tick(now.plusSeconds(19));
    hub.tick(now.plusSeconds(21));
    await().until(() -> watcher.received.getLast().hasBatimento());
    assertThat(watcher.received.stream().filter(CaronaUpdateResponse::hasBatimento)).hasSize(1);
    watcher.requests.cancel("done", null);
  }

  @Test
  void atTheEndOfItsTime_aStreamSendsItsClientElsewhere() {
    Watcher watcher = Watcher.open(stub).followCaronas(carona);
    UpdateHub hub = SERVICE.server.instance(UpdateHub.class);
    hub.tick(Instant.now().plus(Duration.ofMinutes(11)));
    assertThat(watcher.completed).isFalse();
    hub.tick(Instant.now().plus(Duration.ofMinutes(15)));
    await().until(() -> watcher.completed);
    assertThat(watcher.received.getLast().hasEncerrando()).isTrue();
  }

  private void change(Status status, long versao) {
    CaronaItem now = SERVICE.local.carona(carona);
    CaronaItem next =
        now.withStatus(
            status, now.vagasDisponiveis(), "", Instant.now().truncatedTo(ChronoUnit.MILLIS));
    assertThat(next.versao()).isEqualTo(versao);
    SERVICE.local.put(next);
  }

  private void mudar(Watcher watcher, String comandoId, StatusCarona status) {
    watcher.requests.onNext(
        CaronaUpdateRequest.newBuilder()
            .setComandoId(comandoId)
            .setMudarStatus(MudarStatus.newBuilder().setCaronaId(carona).setStatus(status))
            .build());
  }
}
