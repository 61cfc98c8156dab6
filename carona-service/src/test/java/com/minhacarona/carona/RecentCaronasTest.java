package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.carona.RecentCaronas.Known;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.process.SteadyClock;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.InMemoryItems;
import io.grpc.Context;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads and ages, step by step: a read ahead waits until the test does it. */
class RecentCaronasTest {
  private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration STALENESS = Duration.ofMillis(250);
  private static final int MANY = 512;
  private static final Duration SOON = Duration.ofSeconds(10);
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

  /** What happens in the store before it answers. */
  private volatile Runnable meanwhile = () -> {};

  private final RecentCaronas recent =
      new RecentCaronas(
          new CaronaConfig(STALENESS),
          store(),
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
  void read_byMany_isOneRead_asOldAsItWasWhenTheyAsked() {
    Held read = hold(() -> recent.read(ID, Freshness.EVENTUAL));
    List<CompletableFuture<Optional<Known>>> asked = new ArrayList<>();
    pass(100);
    for (int i = 0; i < MANY; i++) {
      asked.add(ask(() -> recent.read(ID, Freshness.EVENTUAL)));
    }
    pass(500);
    read.release();
    assertThat(read.answer().join()).contains(new Known(CARONA, Duration.ZERO));
    assertThat(asked)
        .allSatisfy(answer ->
            assertThat(answer.join()).contains(new Known(CARONA, Duration.ofMillis(100))));
    assertThat(reads).hasValue(1);
  }

  @Test
  void readThatIsTooOld_isJoinedByNobody_butTheNextOneIs() {
    Held slow = hold(() -> recent.read(ID, Freshness.EVENTUAL));
    pass(250);
    Held next = hold(() -> recent.read(ID, Freshness.EVENTUAL));
    List<CompletableFuture<Optional<Known>>> asked = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      asked.add(ask(() -> recent.read(ID, Freshness.EVENTUAL)));
    }
    assertThat(reads).hasValue(2);
    next.release();
    assertThat(asked).allMatch(answer -> answer.join().isPresent());
    slow.release();
    assertThat(slow.answer().join()).isPresent();
    assertThat(reads).hasValue(2);
  }

  @Test
  void readForAll_isNotUnderTheDeadlineOfTheOneWhoReads() {
    try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        var call = Context.current().withDeadlineAfter(1, TimeUnit.HOURS, timer)) {
      meanwhile = () -> assertThat(Context.current().getDeadline()).isNull();
      call.run(() -> {
        read();
        assertThat(Context.current().getDeadline()).isNotNull();
      });
      meanwhile = () -> assertThat(Context.current().getDeadline()).isNotNull();
      call.run(() -> assertThat(recent.read(ID, Freshness.STRONG)).isPresent());
    }
  }

  @Test
  void failure_isToldToAll_andTheNextReadIsAnother() {
    Held first = hold(() -> recent.read(ID, Freshness.EVENTUAL));
    List<CompletableFuture<Optional<Known>>> others = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      others.add(ask(() -> recent.read(ID, Freshness.EVENTUAL)));
    }
    first.fail(Errors.unavailable());
    assertThat(others)
        .allSatisfy(answer ->
            assertThat(answer)
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(StatusRuntimeException.class));
    assertThat(reads).hasValue(1);
    read();
    assertThat(recent.known(ID)).isPresent();
  }

  @Test
  void hotRide_isNeverMissed_andReadOnceARefresh() {
    read();
    for (int refresh = 1; refresh <= 20; refresh++) {
      pass(130);
      for (int i = 0; i < MANY; i++) {
        assertThat(recent.known(ID)).isPresent();
      }
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
    runThreads();
    assertThat(reads).hasValue(1);
  }

  @Test
  void refresh_withoutAPlace_leavesAnswersAsTheyAre() {
    read();
    pass(130);
    places = false;
    assertThat(recent.known(ID)).isPresent();
    runThreads();
    assertThat(reads).hasValue(1);
    places = true;
    assertThat(recent.known(ID)).isPresent();
    runThreads();
    assertThat(reads).hasValue(2);
  }

  @Test
  void strongReads_areEachTheirOwn() {
    Held eventual = hold(() -> recent.read(ID, Freshness.EVENTUAL));
    for (int i = 0; i < 3; i++) {
      assertThat(recent.read(ID, Freshness.STRONG)).isPresent();
    }
    assertThat(reads).hasValue(4);
    eventual.release();
  }

  @Test
  void absence_isTold_andNotKept() {
    stored.set(Optional.empty());
    assertThat(recent.read(ID, Freshness.EVENTUAL)).isEmpty();
    stored.set(Optional.of(CARONA));
    assertThat(recent.known(ID)).isEmpty();
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
    Known known = recent.known(ID).orElseThrow();
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
    assertThat(recent.read(ID, Freshness.EVENTUAL)).isPresent();
  }

  /** A read that the test holds up in the store. */
  private record Held(CompletableFuture<Optional<Known>> answer, CompletableFuture<Void> inStore) {

    void release() {
      inStore.complete(null);
    }

    void fail(StatusRuntimeException failure) {
      inStore.completeExceptionally(failure);
    }
  }

  /** Begins a read, and returns when the store has it; the next reads are answered at once. */
  private Held hold(Supplier<Optional<Known>> read) {
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    CompletableFuture<Void> inStore = new CompletableFuture<>();
    meanwhile =
        () -> {
          meanwhile = () -> {};
          arrived.complete(null);
          try {
            inStore.join();
          } catch (CompletionException e) {
            throw (StatusRuntimeException) e.getCause();
          }
        };
    CompletableFuture<Optional<Known>> answer = new CompletableFuture<>();
    var _ = Thread.startVirtualThread(() -> complete(answer, read));
    arrived.join();
    return new Held(answer, inStore);
  }

  /** Begins a read, and returns when it waits for another one. */
  private static CompletableFuture<Optional<Known>> ask(Supplier<Optional<Known>> read) {
    CompletableFuture<Optional<Known>> answer = new CompletableFuture<>();
    Thread asker = Thread.startVirtualThread(() -> complete(answer, read));
    while (asker.getState() != Thread.State.TIMED_WAITING) {
      assertThat(answer).isNotDone();
      Thread.onSpinWait();
    }
    return answer;
  }

  private static void complete(
      CompletableFuture<Optional<Known>> answer, Supplier<Optional<Known>> read) {
    try {
      answer.complete(read.get());
    } catch (Throwable t) {
      answer.completeExceptionally(t);
    }
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
        meanwhile.run();
        return stored.get();
      }
    };
  }

  /** A memory for tests that are about something else. */
  static RecentCaronas nothing() {
    return new RecentCaronas(
        new CaronaConfig(Duration.ofMinutes(1)),
        new InMemoryCaronaStore(new InMemoryItems(), Clock.systemUTC()),
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
