package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedSnapshotsTest {
  private static final int MANY = 400;

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Semaphore mayEnd = new Semaphore(0);
  private final AtomicInteger begun = new AtomicInteger();
  private volatile boolean fails;

  /** A store that answers when it may. */
  private final Snapshots store =
      new Snapshots() {
        @Override
        public void read(Subscription subscription, Consumer<CaronaItem> to) {
          begun.incrementAndGet();
          mayEnd.acquireUninterruptibly();
          if (fails) {
            throw new IllegalStateException("the store is away");
          }
        }
      };

  private final SharedSnapshots shared =
      new SharedSnapshots(store, new StoreShare(TestServer.NO_STORE), executor, timer);

  @AfterEach
  void stop() {
    mayEnd.release(MANY);
    executor.close();
    timer.shutdownNow();
  }

  @Test
  void readings_askedForWhileOneIsUnderWay_areOneThatBeginsAfterIt() throws Exception {
    Future<?> first = executor.submit(() -> shared.of("aurora"));
    Awaitility.await().until(() -> begun.get() == 1);
    List<Future<List<CaronaItem>>> others = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      others.add(executor.submit(() -> shared.of("aurora")));
    }
    Awaitility.await().until(() -> shared.waiting("aurora") == MANY);
    assertThat(begun).as("nobody shares a reading that began before").hasValue(1);
    mayEnd.release();
    first.get(10, TimeUnit.SECONDS);
    Awaitility.await().until(() -> begun.get() == 2);
    mayEnd.release();
    List<CaronaItem> states = others.getFirst().get(10, TimeUnit.SECONDS);
    for (Future<List<CaronaItem>> other : others) {
      assertThat(other.get(10, TimeUnit.SECONDS)).isSameAs(states);
    }
    assertThat(begun).hasValue(2);
  }

  @Test
  void aReading_thatFails_failsAllThatShareIt_andNoLaterOne() throws Exception {
    fails = true;
    mayEnd.release();
    assertThatThrownBy(() -> shared.of("aurora")).hasMessage("the store is away");
    fails = false;
    mayEnd.release();
    assertThat(shared.of("aurora")).isEmpty();
  }

  @Test
  void readings_whenTheTaskStops_areRefusedAtOnce() throws Exception {
    Future<?> first = executor.submit(() -> shared.of("aurora"));
    Awaitility.await().until(() -> begun.get() == 1);
    CompletableFuture<Refused> next = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> next.complete(Refused.by(() -> shared.of("aurora"))));
    Awaitility.await().until(() -> shared.waiting("aurora") == 1);
    executor.shutdown();
    mayEnd.release();
    first.get(10, TimeUnit.SECONDS);
    next.get(10, TimeUnit.SECONDS).as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA);
    Refused.by(() -> shared.of("aurora")).as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA);
    assertThat(begun).hasValue(1);
  }

  @Test
  void condominiums_doNotWaitForEachOther() {
    var _ = executor.submit(() -> shared.of("aurora"));
    var _ = executor.submit(() -> shared.of("boreal"));
    Awaitility.await().until(() -> begun.get() == 2);
  }
}
