package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import io.grpc.Context;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands of update streams ask the store for, and how much of it at a time. */
class UpdateCommandsTest {
  private static final int CONNECTIONS = 16;
  private static final int PLACES = CONNECTIONS / 4;
  private static final StatusChange CHANGE =
      new StatusChange(Caller.TRUSTED, "a", Status.CANCELADA, "");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final InMemoryCommands rides = new InMemoryCommands();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private volatile boolean slow;

  private final StoreShare share =
      new StoreShare(
          new DynamoDbConfig(
              "none",
              "sa-east-1",
              TestServer.NO_STORE.endpoint(),
              CONNECTIONS,
              Duration.ofSeconds(1),
              Duration.ofSeconds(1)));
  private final UpdateCommands commands = commands();

  private UpdateCommands commands() {
    Snapshots snapshots =
        (subscription, to) -> {
          answerLate();
          rides.read(subscription, to);
        };
    return new UpdateCommands(
        snapshots,
        new SharedSnapshots(snapshots, share, threads, timer),
        change -> {
          answerLate();
          return new CaronaNaoEncontrada();
        },
        RecentCaronasTest.nothing(),
        share);
  }

  private void answerLate() {
    asked.incrementAndGet();
    try {
      if (slow) {
        var _ = mayAnswer.await(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    mayAnswer.countDown();
    threads.close();
    timer.shutdownNow();
  }

  @Test
  void read_ofACondominium_looksOnlyForTheClaimsThatAreNotListed() {
    Set<String> listed =
        IntStream.range(0, 1_000)
            .mapToObj(i -> rides.put(Versions.of("listed-" + i, 1)).id())
            .collect(Collectors.toSet());
    rides.put(Versions.of("named", "cond-2", 1));
    Set<String> older =
        IntStream.range(0, 450).mapToObj("older-%03d"::formatted).collect(Collectors.toSet());
    rides.put(Versions.of("older-000", 1));
    Set<String> claimed = new TreeSet<>(listed);
    claimed.addAll(older);

    PresentStates present =
        commands.read(
            Caller.TRUSTED,
            new Subscription(Set.of("named", "listed-1"), Set.of("cond-1")),
            claimed);

    assertThat(present.ofCondominio("cond-1")).hasSize(1_001);
    assertThat(present.caronas()).extracting(CaronaItem::id).containsExactly("named");
    assertThat(rides.reads).hasSize(2);
    assertThat(rides.reads.getLast().caronaIds())
        .hasSize(UpdateCommands.MAX_OLDER + 1)
        .contains("named")
        .doesNotContainAnyElementsOf(listed);
  }

  @Test
  void read_ofOneCondominiumByMany_readsItOnceForAllWhoWait() {
    slow = true;
    Subscription condominio = new Subscription(Set.of(), Set.of("cond-1"));
    IntStream.range(0, 400)
        .forEach(_ -> run(() -> commands.read(Caller.TRUSTED, condominio, Set.of())));
    await().until(() -> asked.get() == 1);
    mayAnswer.countDown();
    threads.close();
    assertThat(asked.get()).isLessThanOrEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"condominium", "ride", "status"})
  void commands_useAQuarterOfTheConnections_andAreRefusedWhenThatTakesTooLong(String what)
      throws Exception {
    slow = true;
    for (int i = 0; i < PLACES * 3; i++) {
      int number = i;
      run(() -> ask(what, number));
    }
    await().until(() -> asked.get() == PLACES);
    Context.CancellableContext impatient =
        Context.ROOT.withDeadlineAfter(50, TimeUnit.MILLISECONDS, timer);
    Refused.by(() -> impatient.call(() -> ask("status", 0)))
        .as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA);
    assertThat(asked).hasValue(PLACES);
  }

  @Test
  void waiting_forAConnection_takesLessTimeThanAReadingMay() {
    assertThat(StoreShare.WAIT).isLessThan(SharedSnapshots.AT_MOST);
  }

  @Test
  void admit_ofMoreThanThereIsMemoryFor_isRefused_untilOthersHaveRun() {
    int half = UpdateCommands.MAX_BYTES / 2;
    commands.admit(
        half,
        () ->
            commands.admit(
                half,
                () ->
                    Refused.by(() -> commands.admit(1, () -> {}))
                        .as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA)));
    AtomicInteger ran = new AtomicInteger();
    commands.admit(UpdateCommands.MAX_BYTES, ran::incrementAndGet);
    assertThat(ran).hasValue(1);
  }

  private Object ask(String what, int number) {
    return switch (what) {
      case "condominium" ->
          commands.read(
              Caller.TRUSTED, new Subscription(Set.of(), Set.of("cond-" + number)), Set.of());
      case "ride" -> commands.read(Caller.TRUSTED, Subscription.NOTHING, Set.of("ride"));
      default -> {
        commands.changeStatus(CHANGE);
        yield List.of();
      }
    };
  }

  private void run(Callable<Object> command) {
    var _ = threads.submit(command);
  }
}
