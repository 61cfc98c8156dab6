package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.Callers;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.SettableClock;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateRequest.CancelarAssinatura;
import com.minhacarona.v1.CaronaUpdateRequest.MudarStatus;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CaronaUpdateResponse.EventoCase;
import com.minhacarona.v1.StatusCarona;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One stream on a call whose client reads when the test says so, with rides in memory. */
class UpdateStreamTest {
  private static final Duration SILENCE = Duration.ofSeconds(20);
  private static final Duration AGE = Duration.ofMinutes(10);

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final SettableClock wall = new SettableClock();
  private final SettableClock clock = new SettableClock();
  private final RecordedCall call = new RecordedCall();
  private final Followers followers = new Followers(wall, clock);
  private final InMemoryCommands commands = new InMemoryCommands();
  private final AtomicInteger timesOver = new AtomicInteger();
  private final CaronaItem first = commands.put(Versions.of("a", 1));
  private final CaronaItem second = Versions.next(first);
  private final Instant leavesAt = clock.instant().plus(AGE);
  private final Instant until = wall.instant().plus(AGE.dividedBy(2));
  private final UpdateStream stream = stream(Caller.TRUSTED, call);

  @Test
  void onNext_ofEachCommand_answersOnce_andAsksForTheNext() {
    assertThat(call.requested).hasValue(1);
    follow("c1", "a");
    assertThat(call.sent)
        .extracting(CaronaUpdateResponse::getEventoCase)
        .containsExactly(EventoCase.RESULTADO, EventoCase.ATUALIZACAO, EventoCase.SINCRONIZADO);
    stream.onNext(cancel("c2"));
    assertThat(commands.changes)
        .containsExactly(new StatusChange(Caller.TRUSTED, "a", Status.CANCELADA, "chuva"));
    assertThat(call.sent.getLast()).isEqualTo(UpdateProtos.accepted("c2"));
    unfollow("c3", "a");
    assertThat(call.sent.getLast()).isEqualTo(UpdateProtos.accepted("c3"));
    assertThat(followers.all()).isEqualTo(Subscription.NOTHING);
    int answered = call.sent.size();
    stream.onNext(CaronaUpdateRequest.newBuilder().setComandoId("c4").build());
    assertThat(call.sent).hasSize(answered);
    assertThat(call.requested).hasValue(5);
  }

  @Test
  void onNext_withoutACommand_isNotAnswered_whateverItsId() {
    for (String id : List.of("", "c1", "c\n1", "x".repeat(60_000))) {
      stream.onNext(CaronaUpdateRequest.newBuilder().setComandoId(id).build());
    }
    assertThat(call.sent).isEmpty();
    assertThat(call.requested).hasValue(5);
  }

  @Test
  void onNext_ofACommandWithAnInvalidId_isRefused_andDoesNotEchoIt() {
    follow("x".repeat(60_000), "a");
    assertThat(call.sent.getLast().getResultado())
        .returns("", CaronaUpdateResponse.Resultado::getComandoId)
        .returns(Code.INVALID_ARGUMENT.value(), CaronaUpdateResponse.Resultado::getCodigo);
    assertThat(followers.all()).isEqualTo(Subscription.NOTHING);
  }

  @Test
  void follow_whileTheFeedRepeatsAnOldState_sendsTheNewOneOnly() {
    commands.put(second);
    commands.whileReading =
        () -> {
          stream.offer(new Update(first));
          assertThat(call.sent).isEmpty();
        };
    follow("c1", "a");
    assertThat(call.versions()).containsExactly(2L);
  }

  @Test
  void follow_whileTheFeedTellsANewerState_sendsTheNewerOneOnly() {
    commands.whileReading = () -> stream.offer(new Update(second));
    follow("c1", "a");
    assertThat(call.versions()).containsExactly(2L);
    assertThat(call.sent.get(1).getAtualizacao().getInicial()).isTrue();
  }

  @Test
  void follow_refused_followsNothing_andTheStreamGoesOn() {
    follow("c1", "a");
    // A change of what is followed is held back meanwhile, and not for ever.
    commands.whileReading = () -> stream.offer(new Update(second));
    follow("c2", "a", "nowhere");
    assertThat(call.versions()).containsExactly(1L, 2L);
    assertThat(call.sent.getLast().getResultado())
        .returns("c2", CaronaUpdateResponse.Resultado::getComandoId)
        .returns(Code.NOT_FOUND.value(), CaronaUpdateResponse.Resultado::getCodigo)
        .returns("CARONA_NAO_ENCONTRADA", CaronaUpdateResponse.Resultado::getMotivo);
    assertThat(followers.all()).isEqualTo(new Subscription(Set.of("a"), Set.of()));
  }

  @Test
  void follow_afterTheEnd_followsNothing() {
    commands.whileReading = call::cancel;
    follow("c1", "a");
    assertThat(call.sent).isEmpty();
    commands.whileReading = () -> {};
    commands.put(Versions.of("b", 1));
    follow("c2", "b");
    assertThat(followers.all()).isEqualTo(Subscription.NOTHING);
  }

  @Test
  void offer_whileTheClientDoesNotRead_keepsTheNewestState_andCountsTheOthers() {
    follow("c1", "a");
    call.ready = false;
    CaronaItem carona = first;
    for (int i = 0; i < 10; i++) {
      carona = Versions.next(carona);
      stream.offer(new Update(carona));
    }
    call.read();
    assertThat(call.versions()).containsExactly(1L, 11L);
    assertThat(meters.get(UpdateMetrics.CONFLATED).counter().count()).isEqualTo(9);
  }

  @Test
  void offer_ofAChange_measuresItsLag_andOfAnInitialStateDoesNot() {
    follow("c1", "a");
    assertThat(meters.get(UpdateMetrics.LAG).timer().count()).isZero();
    stream.offer(
        new Update(first.withStatus(Status.ABERTA, 4, "", clock.instant().minusSeconds(3))));
    assertThat(meters.get(UpdateMetrics.LAG).timer().totalTime(TimeUnit.SECONDS)).isEqualTo(3);
  }

  @Test
  void offer_afterTheWallClockWasCorrected_measuresTheLagByIt() {
    wall.advance(Duration.ofHours(1));
    follow("c1", "a");
    stream.offer(
        new Update(first.withStatus(Status.ABERTA, 4, "", wall.instant().minusSeconds(3))));
    assertThat(meters.get(UpdateMetrics.LAG).timer().totalTime(TimeUnit.SECONDS)).isEqualTo(3);
  }

  @Test
  void tick_afterTheWallClockWasCorrected_tellsItsTime_andCountsTheSilenceWithoutIt() {
    for (Duration correction : List.of(Duration.ofHours(1), Duration.ofHours(-2))) {
      long before = heartbeats();
      wall.advance(correction);
      clock.advance(SILENCE);
      stream.tick(clock.instant());
      assertThat(heartbeats()).isEqualTo(before);
      clock.advance(Duration.ofMillis(1));
      stream.tick(clock.instant());
      assertThat(heartbeats()).isEqualTo(before + 1);
      assertThat(call.sent.getLast()).isEqualTo(UpdateProtos.heartbeat(wall.instant()));
    }
    assertThat(call.completed).isFalse();
  }

  @Test
  void onNext_ofCommandsThatNobodyReadsTheAnswersOf_isHeardUpToTheLimit() {
    call.ready = false;
    for (int i = 1; i <= StreamState.MAX_ANSWERS; i++) {
      assertThat(call.requested).hasValue(i);
      stream.onNext(CaronaUpdateRequest.newBuilder().setAssinar(Assinar.newBuilder()).build());
    }
    assertThat(call.requested).as("not asked for more").hasValue(StreamState.MAX_ANSWERS);
    call.read();
    assertThat(call.sent).hasSize(StreamState.MAX_ANSWERS);
    assertThat(call.requested).hasValue(StreamState.MAX_ANSWERS + 1);
  }

  @Test
  void tick_afterTheSilence_sendsOneHeartbeat_andNoneBefore() {
    follow("c1", "a");
    clock.advance(SILENCE);
    stream.tick(clock.instant());
    assertThat(heartbeats()).isZero();
    clock.advance(Duration.ofMillis(1));
    stream.tick(clock.instant());
    stream.tick(clock.instant());
    assertThat(heartbeats()).isEqualTo(1);
    clock.advance(SILENCE.plusMillis(1));
    stream.offer(new Update(second));
    stream.tick(clock.instant());
    assertThat(heartbeats()).as("data is as good").isEqualTo(1);
  }

  @Test
  void tick_whileTheClientDoesNotRead_sendsNoHeartbeat() {
    call.ready = false;
    clock.advance(SILENCE.plusMillis(1));
    stream.tick(clock.instant());
    assertThat(call.sent).isEmpty();
  }

  @Test
  void tick_atTheEndOfItsTime_sendsTheClientElsewhere() {
    follow("c1", "a");
    stream.tick(leavesAt);
    assertThat(call.completed).isFalse();
    stream.tick(leavesAt.plusMillis(1));
    assertThat(call.completed).isTrue();
    assertThat(call.sent.getLast().hasEncerrando()).isTrue();
    assertThat(followers.all()).isEqualTo(Subscription.NOTHING);
    assertThat(timesOver).hasPositiveValue();
    // Nothing is sent on a call that has ended: RecordedCall would throw.
    stream.offer(new Update(second));
    stream.tick(leavesAt.plus(AGE));
    stream.leave();
    stream.fail(new IllegalStateException());
    call.read();
  }

  @Test
  void cancel_byTheClient_forgetsTheStream() {
    follow("c1", "a");
    call.cancel();
    assertThat(followers.all()).isEqualTo(Subscription.NOTHING);
    assertThat(timesOver).hasPositiveValue();
    stream.offer(new Update(second));
    stream.offer(new Update(Versions.next(second)));
    assertThat(call.versions()).containsExactly(1L);
    assertThat(meters.get(UpdateMetrics.CONFLATED).counter().count()).isZero();
  }

  @Test
  void onCompleted_byTheClient_leavesItReceiving() {
    follow("c1", "a");
    stream.onCompleted();
    stream.offer(new Update(second));
    assertThat(call.versions()).containsExactly(1L, 2L);
  }

  @Test
  void aStream_followsTenThousandRides_andNoMore() {
    IntStream.range(1, Subscription.MAX_CARONAS)
        .forEach(i -> commands.put(Versions.of("c" + i, 1)));
    CaronaItem last = commands.put(Versions.of("elsewhere", "cond-2", 1));
    followCondominio("c1", "cond-1");
    assertThat(call.states()).hasSize(Subscription.MAX_CARONAS);

    follow("c2", last.id());
    assertThat(call.sent.getLast().getResultado().getMotivo()).isEqualTo("LIMITE_DE_ASSINATURAS");
    assertThat(followers.all().caronaIds()).doesNotContain(last.id());
    followers.tell(second);
    assertThat(call.versions().getLast()).isEqualTo(2);

    // A ride that the condominium offers later is one too many for the stream.
    followers.tell(Versions.of("later", 1));
    Refused refused = Refused.of((StatusRuntimeException) call.error.orElseThrow());
    assertThat(refused.reason()).isEqualTo("LIMITE_DE_ASSINATURAS");
    assertThat(followers.all()).isEqualTo(Subscription.NOTHING);
  }

  @Test
  void aCondominiumOfTooManyRides_isRefused_andTheStreamGoesOn() {
    IntStream.rangeClosed(0, Subscription.MAX_CARONAS)
        .forEach(i -> commands.put(Versions.of("c" + i, "large", 1)));
    followCondominio("c1", "large");
    assertThat(call.sent)
        .extracting(response -> response.getResultado().getMotivo())
        .containsExactly("LIMITE_DE_ASSINATURAS");
    assertThat(call.error).isEmpty();
    assertThat(followers.all()).isEqualTo(Subscription.NOTHING);
    follow("c2", "a");
    assertThat(call.versions()).containsExactly(1L);
  }

  @Test
  void aStream_followsEightCondominiums_andNoMore() {
    for (int i = 1; i <= 8; i++) {
      followCondominio("c" + i, "cond-" + i);
      assertThat(call.sent.getLast().hasSincronizado()).isTrue();
    }
    commands.reads.clear();
    followCondominio("c9", "cond-9");
    assertThat(call.sent.getLast().getResultado())
        .returns("c9", CaronaUpdateResponse.Resultado::getComandoId)
        .returns(Code.RESOURCE_EXHAUSTED.value(), CaronaUpdateResponse.Resultado::getCodigo)
        .returns("LIMITE_DE_ASSINATURAS", CaronaUpdateResponse.Resultado::getMotivo);
    assertThat(commands.reads).as("the store is not asked").isEmpty();
    assertThat(followers.all().condominioIds()).hasSize(8).doesNotContain("cond-9");
    followers.tell(second);
    assertThat(call.versions()).containsExactly(1L, 2L);
    followCondominio("again", "cond-8");
    assertThat(call.sent.getLast().getSincronizado().getComandoId()).isEqualTo("again");
  }

  @Test
  void tick_whenTheProofOfItsCallerEnds_sendsTheClientElsewhere() {
    RecordedCall ofAna = new RecordedCall();
    UpdateStream stream = stream(Callers.userUntil("ana", "cond-1", until), ofAna);
    wall.advance(Duration.between(wall.instant(), until).minusMillis(1));
    stream.tick(clock.instant());
    stream.onNext(cancel("c1"));
    assertThat(ofAna.sent).containsExactly(UpdateProtos.accepted("c1"));
    assertThat(ofAna.completed).isFalse();
    wall.advance(Duration.ofMillis(1));
    stream.tick(clock.instant());
    assertThat(ofAna.sent.getLast()).isEqualTo(UpdateProtos.leaving());
    assertThat(ofAna.completed).isTrue();
  }

  @Test
  void onNext_afterTheProofOfItsCallerEnded_carriesNothingOut_andSendsTheClientElsewhere() {
    RecordedCall ofAna = new RecordedCall();
    UpdateStream stream = stream(Callers.userUntil("ana", "cond-1", until), ofAna);
    wall.advance(Duration.between(wall.instant(), until));
    stream.onNext(cancel("c1"));
    stream.onNext(cancel("c2"));
    assertThat(commands.changes).isEmpty();
    assertThat(ofAna.sent).containsExactly(UpdateProtos.leaving());
    assertThat(ofAna.completed).isTrue();
  }

  @Test
  void onNext_ofAChangeBySomebodyOnCall_isRefusedBeforeAnythingIsLookedAt() {
    RecordedCall onCall = new RecordedCall();
    UpdateStream stream = stream(Callers.operator(), onCall);
    stream.onNext(cancel("c1"));
    assertThat(commands.changes).isEmpty();
    assertThat(onCall.sent.getLast().getResultado())
        .returns("c1", CaronaUpdateResponse.Resultado::getComandoId)
        .returns(Code.PERMISSION_DENIED.value(), CaronaUpdateResponse.Resultado::getCodigo)
        .returns("SEM_PERMISSAO", CaronaUpdateResponse.Resultado::getMotivo);
  }

  private UpdateStream stream(Caller caller, RecordedCall of) {
    UpdateStream opened =
        new UpdateStream(
            of,
            caller,
            followers,
            new StreamCommands(followers, commands),
            new UpdateMetrics(meters),
            new StreamTimes(wall, clock, SILENCE, leavesAt));
    opened.open(timesOver::incrementAndGet);
    return opened;
  }

  private static CaronaUpdateRequest cancel(String comandoId) {
    return CaronaUpdateRequest.newBuilder()
        .setComandoId(comandoId)
        .setMudarStatus(
            MudarStatus.newBuilder()
                .setCaronaId("a")
                .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                .setMotivo("chuva"))
        .build();
  }

  private void follow(String comandoId, String... caronaIds) {
    send(comandoId, Assinar.newBuilder().addAllCaronaIds(Set.of(caronaIds)));
  }

  private void followCondominio(String comandoId, String condominioId) {
    send(comandoId, Assinar.newBuilder().setCondominioId(condominioId));
  }

  private void send(String comandoId, Assinar.Builder assinar) {
    stream.onNext(assinar(comandoId, assinar));
  }

  private static CaronaUpdateRequest assinar(String comandoId, Assinar.Builder assinar) {
    return CaronaUpdateRequest.newBuilder().setComandoId(comandoId).setAssinar(assinar).build();
  }

  private void unfollow(String comandoId, String caronaId) {
    stream.onNext(
        CaronaUpdateRequest.newBuilder()
            .setComandoId(comandoId)
            .setCancelarAssinatura(CancelarAssinatura.newBuilder().addCaronaIds(caronaId))
            .build());
  }

  private long heartbeats() {
    return call.sent.stream().filter(CaronaUpdateResponse::hasBatimento).count();
  }
}
