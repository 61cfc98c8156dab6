package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.BookingResult.VagasInsuficientes;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.InMemoryItems;
import com.minhacarona.table.ReservaItem;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status.Code;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The guard before the store in memory, which is watched and held up. */
class RushGuardTest {
  private static final Instant NOW = Instant.parse("2026-11-22T09:30:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final InMemoryItems items = new InMemoryItems();
  private final LastSeen lastSeen = new LastSeen();
  private final Watched store = new Watched();
  private final RushGuard guard = new RushGuard(store, lastSeen, CLOCK);
  private final CountDownLatch release = new CountDownLatch(1);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void callersEnd() {
    callers.shutdownNow();
  }

  @Test
  void book_onARideNeverSeen_goesToTheStoreWithoutARead() {
    items.put(carona("c1", 4));
    assertThat(guard.book(one("c1", "ana"))).isInstanceOf(Booked.class);
    assertThat(store.calls).containsExactly("book ana");
  }

  @Test
  void book_ofNoMoreSeatsThanWereSeen_goesToTheStoreWithoutARead() {
    items.put(carona("c1", 1));
    lastSeen.saw(carona("c1", 1));
    assertThat(guard.book(one("c1", "ana"))).isInstanceOf(Booked.class);
    assertThat(store.calls).containsExactly("book ana");
  }

  @Test
  void book_ofMoreSeatsThanWereSeen_isRefusedByOneRead() {
    items.put(carona("c1", 0));
    lastSeen.saw(carona("c1", 0));
    assertThat(guard.book(one("c1", "ana"))).isEqualTo(new VagasInsuficientes(0));
    assertThat(store.calls).containsExactly("find ana");
  }

  @Test
  void book_repeatedOnAFullRide_isFoundByOneRead() {
    items.put(carona("c1", 1));
    NewReserva newReserva = one("c1", "ana");
    Booked booked = (Booked) guard.book(newReserva);
    store.calls.clear();
    assertThat(guard.book(newReserva)).isEqualTo(new Repeated(booked.reserva()));
    assertThat(store.calls).containsExactly("find ana");
  }

  @Test
  void book_onAFullRide_afterACancellation_isLeftToATransaction() {
    items.put(carona("c1", 0));
    NewReserva again = one("c1", "ana");
    ReservaItem cancelled =
        new NewReserva("earlier", "c1", "ana", "cond-1", 1)
            .first(NOW)
            .withStatus(ReservaItem.Status.CANCELADA, "", NOW);
    items.put(cancelled);
    lastSeen.saw(carona("c1", 0));
    assertThat(guard.book(again)).isEqualTo(new VagasInsuficientes(0));
    assertThat(store.calls).containsExactly("find ana", "find ana", "book ana");
  }

  @Test
  void book_whenSeatsCameBackUnseen_seesThemAndBooks() {
    items.put(carona("c1", 4));
    lastSeen.saw(carona("c1", 0));
    assertThat(guard.book(one("c1", "ana"))).isInstanceOf(Booked.class);
    assertThat(store.calls).containsExactly("find ana", "book ana");
    assertThat(lastSeen.vagas("c1")).hasValue(3);
  }

  @Test
  void book_ofOneRideByTwo_isOneAtATime_andTheSecondSeesWhatTheFirstDid() throws Exception {
    items.put(carona("c1", 1));
    Future<BookingResult> first = bookHeldUp("c1", "ana");
    Thread second = Thread.ofVirtual().unstarted(() -> guard.book(one("c1", "bia")));
    second.start();
    await().until(() -> second.getState() == Thread.State.TIMED_WAITING);
    assertThat(store.calls).containsExactly("book ana");
    release.countDown();
    assertThat(first.get()).isInstanceOf(Booked.class);
    second.join();
    assertThat(store.calls).as("refused by a read").containsExactly("book ana", "find bia");

    items.put(carona("c1", 1));
    lastSeen.forget("c1");
    assertThat(withoutTime(() -> guard.book(one("c1", "carla")))).isInstanceOf(Booked.class);
  }

  @Test
  void book_ofAnotherRide_doesNotWait() throws Exception {
    items.put(carona("c1", 1));
    items.put(carona("c2", 1));
    Future<BookingResult> first = bookHeldUp("c1", "ana");
    assertThat(guard.book(one("c2", "bia"))).isInstanceOf(Booked.class);
    release.countDown();
    assertThat(first.get()).isInstanceOf(Booked.class);
  }

  @Test
  void book_whenTheStoreFails_letsTheNextOneIn() throws Exception {
    items.put(carona("c1", 4));
    store.beforeBook =
        () -> {
          throw Errors.throttled();
        };
    Refused.by(() -> guard.book(one("c1", "ana"))).as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA);
    store.beforeBook = () -> {};
    // By another thread, because a thread may enter its own lock again.
    assertThat(callers.submit(() -> withoutTime(() -> guard.book(one("c1", "bia")))).get())
        .isInstanceOf(Booked.class);
  }

  @Test
  void book_whenTheDeadlinePassesInTheQueue_refusesWithConflito() throws Exception {
    items.put(carona("c1", 4));
    Future<BookingResult> first = bookHeldUp("c1", "ana");
    Refused.by(() -> withoutTime(() -> guard.book(one("c1", "bia"))))
        .as(Code.ABORTED, Errors.CONFLITO);
    release.countDown();
    assertThat(first.get()).isInstanceOf(Booked.class);
    assertThat(store.calls).containsExactly("book ana");
  }

  @Test
  void book_whenInterruptedInTheQueue_refusesWithConflito() throws Exception {
    items.put(carona("c1", 4));
    Future<BookingResult> first = bookHeldUp("c1", "ana");
    Thread.currentThread().interrupt();
    Refused.by(() -> guard.book(one("c1", "bia"))).as(Code.ABORTED, Errors.CONFLITO);
    assertThat(Thread.interrupted()).isTrue();
    release.countDown();
    assertThat(first.get()).isInstanceOf(Booked.class);
  }

  /** Returns once the store has begun with the booking, which goes on after a release. */
  private Future<BookingResult> bookHeldUp(String caronaId, String usuarioId)
      throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    store.beforeBook =
        () -> {
          store.beforeBook = () -> {};
          begun.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    Future<BookingResult> booking = callers.submit(() -> guard.book(one(caronaId, usuarioId)));
    begun.await();
    return booking;
  }

  /** Calls with a deadline that has passed, so that it waits for nothing. */
  private <T> T withoutTime(Callable<T> call) throws Exception {
    try (var timer = Executors.newSingleThreadScheduledExecutor();
        Context.CancellableContext context =
            Context.current().withDeadline(Deadline.after(-1, TimeUnit.SECONDS), timer)) {
      return context.call(call);
    }
  }

  private static CaronaItem carona(String id, int vagas) {
    CaronaItem.Status status = vagas == 0 ? CaronaItem.Status.LOTADA : CaronaItem.Status.ABERTA;
    return Examples.carona(id, NOW.plusSeconds(60)).withStatus(status, vagas, "", NOW);
  }

  private static NewReserva one(String caronaId, String usuarioId) {
    return new NewReserva("r-" + usuarioId, caronaId, usuarioId, "cond-1", 1);
  }

  /** Notes the calls, and remembers what it saw as the store in DynamoDB does. */
  private final class Watched implements ReservaStore {
    private final ReservaStore twin = new InMemoryReservaStore(items, CLOCK);
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private volatile Runnable beforeBook = () -> {};

    @Override
    public BookingResult book(NewReserva newReserva) {
      calls.add("book " + newReserva.usuarioId());
      beforeBook.run();
      BookingResult result = twin.book(newReserva);
      if (result instanceof Booked booked) {
        lastSeen.booked(booked);
      }
      return result;
    }

    @Override
    public Stored find(String caronaId, String usuarioId) {
      calls.add("find " + usuarioId);
      return twin.find(caronaId, usuarioId);
    }
  }
}
