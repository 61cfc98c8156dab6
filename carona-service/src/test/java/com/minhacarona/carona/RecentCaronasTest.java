package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.process.SteadyClock;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.InMemoryItems;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads and ages, step by step: what a thread would do waits until the test does it. */
class RecentCaronasTest {
  private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration STALENESS = Duration.ofMillis(250);
  private static final int MANY = 512;
  private static final CaronaItem CARONA = version(5);
  private static final String ID = CARONA.id();

  private final AtomicReference<Instant> wallTime = new AtomicReference<>(BEGIN);
  private final AtomicLong nanos = new AtomicLong();
  private final Clock wall = ((InstantSource) wallTime::get).withZone(ZoneOffset.UTC);
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicReference<Optional<CaronaItem>> stored =
      new AtomicReference<>(Optional.of(CARONA));
  private final AtomicInteger reads = new AtomicInteger();
  private final Queue<Runnable> threads = new ArrayDeque<>();
  private boolean places = true;

  private final RecentCaronas recent =
      new RecentCaronas(
          new CaronaConfig(STALENESS),
          store(),
          (work, refused) -> {
            if (places) {
              threads.add(work);
            } else {
              refused.accept(Errors.shed());
            }
          },
          () -> places ? Optional.of(_ -> {}) : Optional.empty(),
          executor(threads),
          meters,
          new SteadyClock(wall, nanos::get));

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-0.5S", "PT-1H", "PT1H"})
  void known_whenTheWallClockSteps_isAsOldAsItIs(Duration step) {
    read();
    wallTime.set(BEGIN.plus(step));
    pass(100);
    assertThat(recent.known(ID).orElseThrow().age()).isEqualTo(Duration.ofMillis(100));
    pass(150);
    assertThat(recent.known(ID)).isEmpty();
  }

  @Test
  void read_byMany_isOneRead() {
    List<CompletableFuture<Optional<CaronaItem>>> asked = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      assertThat(recent.known(ID)).isEmpty();
      asked.add(recent.read(ID, Freshness.EVENTUAL));
    }
    runThreads();
    assertThat(reads).hasValue(1);
    assertThat(asked).allMatch(answer -> answer.join().equals(Optional.of(CARONA)));
  }

  @Test
  void hotRide_isNeverMissed_andReadOnceARefresh() {
    read();
    for (int refresh = 1; refresh <= 20; refresh++) {
      pass(130);
      for (int i = 0; i < MANY; i++) {
        assertThat(recent.known(ID)).isPresent();
      }
      assertThat(threads).hasSize(1);
      runThreads();
      assertThat(reads).hasValue(1 + refresh);
    }
    assertThat(meters.counter(RecentCaronas.CACHE, "result", "miss").count()).isZero();
  }

  @Test
  void rideThatNobodyAsksFor_isNotReadAgain() {
    read();
    pass(100);
    assertThat(recent.known(ID)).isPresent();
    assertThat(threads).isEmpty();
  }

  @Test
  void refresh_withoutAPlace_leavesAnswersAsTheyAre() {
    read();
    pass(130);
    places = false;
    assertThat(recent.known(ID)).isPresent();
    assertThat(threads).isEmpty();
    places = true;
    assertThat(recent.known(ID)).isPresent();
    assertThat(threads).hasSize(1);
  }

  @Test
  void strongReads_areEachTheirOwn() {
    var _ = recent.read(ID, Freshness.EVENTUAL);
    for (int i = 0; i < 3; i++) {
      var _ = recent.read(ID, Freshness.STRONG);
    }
    runThreads();
    assertThat(reads).hasValue(4);
  }

  @Test
  void absence_isTold_andNotKept() {
    stored.set(Optional.empty());
    CompletableFuture<Optional<CaronaItem>> absent = recent.read(ID, Freshness.EVENTUAL);
    runThreads();
    assertThat(absent.join()).isEmpty();
    stored.set(Optional.of(CARONA));
    assertThat(recent.known(ID)).isEmpty();
    read();
    assertThat(recent.known(ID)).isPresent();
  }

  @Test
  void read_thatIsRefused_orFails_isToldToAll_andTheNextOneIsAnother() {
    places = false;
    assertThatThrownBy(() -> recent.read(ID, Freshness.EVENTUAL).join())
        .hasCauseInstanceOf(StatusRuntimeException.class);
    places = true;
    stored.set(null);
    List<CompletableFuture<Optional<CaronaItem>>> asked =
        List.of(recent.read(ID, Freshness.EVENTUAL), recent.read(ID, Freshness.EVENTUAL));
    runThreads();
    assertThat(asked).allMatch(CompletableFuture::isCompletedExceptionally);
    stored.set(Optional.of(CARONA));
    read();
    assertThat(recent.known(ID)).isPresent();
  }

  @Test
  void whatTheFeedTells_isKnown_andCountsAsOldAsBefore() {
    recent.heard(version(6));
    assertThat(recent.known(ID)).as("nobody asked for it").isEmpty();
    read();
    pass(100);
    recent.heard(version(7));
    recent.heard(version(6));
    RecentCaronas.Known known = recent.known(ID).orElseThrow();
    assertThat(known.carona().versao()).isEqualTo(7);
    assertThat(known.age()).isEqualTo(Duration.ofMillis(100));
    pass(150);
    assertThat(recent.known(ID)).as("the feed proves nothing").isEmpty();
  }

  @Test
  void readOfAnEarlierState_changesNothing_andDoesNotMakeItYounger() {
    recent.remember(version(9));
    pass(100);
    read();
    assertThat(recent.known(ID).orElseThrow().carona().versao()).isEqualTo(9);
    pass(150);
    assertThat(recent.known(ID)).as("the table may have been restored").isEmpty();
    read();
    assertThat(recent.known(ID).orElseThrow().carona().versao()).isEqualTo(5);
  }

  private void read() {
    CompletableFuture<Optional<CaronaItem>> read = recent.read(ID, Freshness.EVENTUAL);
    runThreads();
    assertThat(read.join()).isPresent();
  }

  private void pass(int millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void runThreads() {
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
  }

  private static CaronaItem version(long versao) {
    return Versions.of("c", versao);
  }

  private CaronaStore store() {
    return new CaronaStore() {
      @Override
      public CreateResult create(NewCarona newCarona) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Optional<CaronaItem> find(String caronaId, Freshness freshness) {
        reads.incrementAndGet();
        if (stored.get() == null) {
          throw Errors.unavailable();
        }
        return stored.get();
      }
    };
  }

  /** A memory for tests that are about something else. */
  static RecentCaronas nothing() {
    return new RecentCaronas(
        new CaronaConfig(Duration.ofMinutes(1)),
        new InMemoryCaronaStore(new InMemoryItems(), Clock.systemUTC()),
        (work, _) -> work.run(),
        Optional::empty,
        executor(new ArrayDeque<>()),
        new SimpleMeterRegistry(),
        Clock.systemUTC());
  }

  private static ExecutorService executor(Queue<Runnable> tasks) {
    return new AbstractExecutorService() {
      @Override
      public void execute(Runnable task) {
        tasks.add(task);
      }

      @Override
      public void shutdown() {}

      @Override
      public List<Runnable> shutdownNow() {
        return List.of();
      }

      @Override
      public boolean isShutdown() {
        return false;
      }

      @Override
      public boolean isTerminated() {
        return false;
      }

      @Override
      public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
      }
    };
  }
}
