package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.ProtoTimes;
import com.minhacarona.runtime.testing.Callers;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.SettableClock;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateResponse;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All streams of a task, with a feed that the test speaks for and rides in memory. */
class UpdateHubTest {
  /** Ticks come at once; ages and silences go by the clock, which stands still. */
  private static final UpdateTimes TIMES =
      new UpdateTimes(
          Duration.ofMinutes(15),
          Duration.ofMinutes(3),
          Duration.ofSeconds(20),
          Duration.ofMillis(5));

  private static final Duration CORRECTION = Duration.ofHours(1);

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final SettableClock wall = new SettableClock();
  private final SettableClock clock = new SettableClock();
  private final RecordedFeed feed = new RecordedFeed();
  private final InMemoryCommands commands = new InMemoryCommands();
  private final Followers followers = new Followers(wall, clock);
  private final CaronaItem carona = commands.put(Versions.of("a", 1));
  private final CaronaItem changed = Versions.next(carona);

  /** Its numbers are all 0: the streams reach their greatest age. */
  private final RandomGenerator random = () -> 0;

  private final UpdateHub hub = hub(random);

  @BeforeEach
  void start() {
    hub.start();
  }

  @AfterEach
  void stop() {
    hub.stop();
  }

  @Test
  void changed_reachesEveryStreamThatFollows_andNoOther() {
    List<RecordedCall> all =
        Stream.generate(() -> follow(Assinar.newBuilder().setCondominioId("cond-1")))
            .limit(2_000)
            .toList();
    RecordedCall other = follow(Assinar.newBuilder().setCondominioId("cond-2"));
    RecordedCall gone = follow(Assinar.newBuilder().addCaronaIds("a"));
    gone.cancel();
    assertThat(meters.get(UpdateMetrics.STREAMS).gauge().value()).isEqualTo(2_001);

    feed.listener.changed(changed);

    assertThat(all).allSatisfy(call -> assertThat(call.versions()).containsExactly(1L, 2L));
    assertThat(other.states()).isEmpty();
    assertThat(gone.versions()).containsExactly(1L);
  }

  @Test
  void changed_whenOneStreamFails_endsThatOne_andReachesTheOthers() {
    List<RecordedCall> calls =
        Stream.generate(() -> follow(Assinar.newBuilder().addCaronaIds("a"))).limit(3).toList();
    IllegalStateException broken = new IllegalStateException("broken");
    calls.get(1).failure = Optional.of(broken);

    feed.listener.changed(changed);

    assertThat(calls.get(0).versions()).containsExactly(1L, 2L);
    assertThat(calls.get(1).error).contains(broken);
    assertThat(calls.get(2).versions()).containsExactly(1L, 2L);
    assertThat(meters.get(UpdateMetrics.STREAMS).gauge().value()).isEqualTo(2);
  }

  @Test
  void open_forACallerWhoseProofHasEnded_isRefused() {
    RecordedCall call = new RecordedCall();
    Refused.by(() -> hub.open(Callers.userUntil("ana", "cond-1", wall.instant()), call))
        .as(Code.UNAUTHENTICATED, "NAO_AUTENTICADO");
    var _ = hub.open(Callers.userUntil("ana", "cond-1", wall.instant().plusMillis(1)), call);
    assertThat(meters.get(UpdateMetrics.STREAMS).gauge().value()).isEqualTo(1);
  }

  @Test
  void gap_readsWhatIsFollowed_andWhatClientsHave_andSendsTheNews() {
    RecordedCall ofCarona = follow(Assinar.newBuilder().addCaronaIds("a"));
    CaronaItem unchanged = commands.put(Versions.of("b", "cond-2", 1));
    RecordedCall ofCondominio = follow(Assinar.newBuilder().setCondominioId("cond-2"));
    commands.put(changed);
    CaronaItem offered = commands.put(Versions.of("c", "cond-2", 1));
    commands.reads.clear();

    feed.listener.gap();

    assertThat(commands.reads)
        .containsExactly(new Subscription(Set.of("a", "b"), Set.of("cond-2")));
    assertThat(ofCarona.versions()).containsExactly(1L, 2L);
    assertThat(ofCondominio.states())
        .containsExactly(CaronaProtos.carona(unchanged), CaronaProtos.carona(offered));
  }

  @Test
  void start_ticksOnATimerOfItsOwn_untilItIsStopped() throws InterruptedException {
    RecordedCall call = follow(Assinar.newBuilder().addCaronaIds("a"));
    clock.advance(TIMES.silence().plusMillis(1));
    await().until(() -> call.sent.getLast().hasBatimento());
    Thread ticker = call.sender.orElseThrow();
    assertThat(ticker.getName()).isEqualTo("update-ticks");
    assertThat(ticker.isDaemon()).isTrue();
    hub.stop();
    assertThat(feed.stopped).isTrue();
    assertThat(ticker.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void tick_afterTheWallClockWasCorrected_tellsItsTime_andCountsTheSilenceWithoutIt() {
    RecordedCall call = follow(Assinar.newBuilder().addCaronaIds("a"));
    wall.advance(CORRECTION);
    hub.tick(clock.instant());
    assertThat(call.sent).as("no silence yet").noneMatch(CaronaUpdateResponse::hasBatimento);
    hub.tick(clock.instant().plus(TIMES.silence()).plusMillis(1));
    assertThat(call.sent.getLast().getBatimento().getEm())
        .isEqualTo(ProtoTimes.timestamp(wall.instant()));
    assertThat(call.completed).isFalse();
  }

  @Test
  void tick_endsAStreamAtItsAge_whichIsSpread() {
    Instant opened = clock.instant();
    UpdateHub spreading = hub(new Random(7));
    List<RecordedCall> calls = Stream.generate(RecordedCall::new).limit(100).toList();
    calls.forEach(call -> spreading.open(Caller.TRUSTED, call));
    spreading.tick(opened.plus(TIMES.maxAge()).minus(TIMES.ageSpread()));
    assertThat(calls).noneMatch(call -> call.completed);
    spreading.tick(opened.plus(TIMES.maxAge()).minus(TIMES.ageSpread().dividedBy(2)));
    assertThat(calls.stream().filter(call -> call.completed)).hasSizeBetween(25, 75);
    spreading.tick(opened.plus(TIMES.maxAge()).plusMillis(1));
    assertThat(calls).allMatch(call -> call.completed);
    spreading.stop();
  }

  @Test
  void leave_sendsEveryStreamElsewhere_andThoseThatAreOpenedLater() {
    RecordedCall before = follow(Assinar.newBuilder().addCaronaIds("a"));
    hub.leave();
    RecordedCall after = new RecordedCall();
    var _ = hub.open(Caller.TRUSTED, after);
    assertThat(List.of(before, after)).allMatch(call -> call.completed);
    assertThat(after.sent).extracting(CaronaUpdateResponse::hasEncerrando).containsExactly(true);
    assertThat(meters.get(UpdateMetrics.STREAMS).gauge().value()).isZero();
  }

  private UpdateHub hub(RandomGenerator ages) {
    return new UpdateHub(
        feed,
        commands,
        new StreamCommands(followers, commands),
        followers,
        RecentCaronasTest.nothing(),
        new UpdateMetrics(meters),
        TIMES,
        ages,
        wall,
        clock);
  }

  private RecordedCall follow(Assinar.Builder assinar) {
    RecordedCall call = new RecordedCall();
    StreamObserver<CaronaUpdateRequest> requests = hub.open(Caller.TRUSTED, call);
    requests.onNext(
        CaronaUpdateRequest.newBuilder().setComandoId("c1").setAssinar(assinar).build());
    return call;
  }
}
