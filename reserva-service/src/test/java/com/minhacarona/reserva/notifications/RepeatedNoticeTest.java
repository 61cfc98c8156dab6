package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.runtime.queue.Verdict.Later;
import com.minhacarona.runtime.queue.Verdict.Trouble;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.DynamoDbProxy.Fate;
import com.minhacarona.table.Keys;
import com.minhacarona.table.UnreadableItemException;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import com.minhacarona.table.UsuarioItem.Silencio;
import io.grpc.Context;
import java.time.Duration;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An event that comes again tells nobody twice, and loses nobody, whatever happened before. */
@Tag("dynamodb")
class RepeatedNoticeTest {
  @RegisterExtension static final NotifierFixture FIXTURE = new NotifierFixture();

  /** More than the attempts of all tries of one write. */
  private static final int MANY = 20;

  private DomainEvent event;

  @BeforeEach
  void store() {
    UsuarioItem davi = FIXTURE.resident("Davi");
    event = FIXTURE.event(EventType.CARONA_LOTADA, FIXTURE.carona(davi.id()), "");
    FIXTURE.withWishes(davi, EnumSet.of(Canal.EMAIL), Set.of(), Optional.empty());
  }

  @Test
  void aRepeat_sendsNothing_howeverLate() {
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    for (Duration later : List.of(Duration.ZERO, Avisos.LEASE, Duration.ofHours(22))) {
      FIXTURE.clock.advance(later);
      assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    }
    assertThat(FIXTURE.providers.mails()).hasSize(1);
    assertThat(FIXTURE.count("repeated")).isEqualTo(3);
  }

  @Test
  void anotherEvent_isToldToo() {
    FIXTURE.handle(event);
    FIXTURE.handle(Events.event(EventType.CARONA_LOTADA, event.time(), event.data()));
    assertThat(FIXTURE.providers.mails()).hasSize(2);
  }

  @Test
  void twoTasksAtOnce_sendOnce_andTheOtherComesBack() {
    CountDownLatch gate = FIXTURE.providers.hold();
    CompletableFuture<Verdict> first = CompletableFuture.supplyAsync(() -> FIXTURE.handle(event));
    await().until(() -> FIXTURE.providers.requests() == 1);
    assertThat(FIXTURE.handle(event)).isEqualTo(new Later(Avisos.LEASE.plusSeconds(1), "busy"));
    gate.countDown();
    assertThat(first.join()).isEqualTo(new Done("told"));
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.providers.mails()).hasSize(1);
  }

  @Test
  void manyTasksAtOnce_sendOnce() {
    List<CompletableFuture<Verdict>> tasks =
        IntStream.range(0, 8)
            .mapToObj(_ -> CompletableFuture.supplyAsync(() -> FIXTURE.handle(event)))
            .toList();
    tasks.forEach(CompletableFuture::join);
    assertThat(FIXTURE.providers.mails()).hasSize(1);
  }

  @Test
  void aTask_thatIsGoneBeforeItSends_isReplacedWhenItsClaimRunsOut() {
    // The claim is written, and the task hears nothing of it.
    FIXTURE.store.next(always(DynamoDbProxy.lostOnTheWayBack()));
    assertThat(FIXTURE.handle(event)).isInstanceOf(Trouble.class);
    FIXTURE.store.forget();
    assertThat(FIXTURE.handle(event)).isInstanceOf(Later.class);
    assertThat(FIXTURE.providers.mails()).isEmpty();
    FIXTURE.clock.advance(Avisos.LEASE);
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.providers.mails()).hasSize(1);
  }

  @Test
  void aTask_thatIsGoneAfterItSent_makesItBeSentAgain_onlyWhenItsClaimRunsOut() {
    FIXTURE.store.next(carriedOut());
    FIXTURE.store.next(always(DynamoDbProxy.lostOnTheWayThere()));
    assertThat(FIXTURE.handle(event)).isInstanceOf(Trouble.class);
    FIXTURE.store.forget();
    assertThat(FIXTURE.providers.mails()).hasSize(1);
    assertThat(FIXTURE.handle(event)).isInstanceOf(Later.class);
    FIXTURE.clock.advance(Avisos.LEASE);
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.providers.mails()).hasSize(2);
  }

  @Test
  void aNote_thatWasWrittenWithoutAnAnswer_keepsItFromBeingSentAgain() {
    FIXTURE.store.next(carriedOut());
    FIXTURE.store.next(always(DynamoDbProxy.lostOnTheWayBack()));
    assertThat(FIXTURE.handle(event)).isInstanceOf(Trouble.class);
    FIXTURE.store.forget();
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.providers.mails()).hasSize(1);
  }

  @Test
  void aClaim_whoseAnswerWasLostOnce_doesNotStandInItsOwnWay() {
    FIXTURE.store.next(DynamoDbProxy.lostOnTheWayBack());
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.providers.mails()).hasSize(1);
  }

  @Test
  void aTable_thatDoesNotAnswer_isTrouble_andNobodyIsTold() {
    FIXTURE.store.next(always(DynamoDbProxy.refusedByTheStore(500)));
    assertThat(FIXTURE.handle(event)).isInstanceOf(Trouble.class);
    assertThat(FIXTURE.providers.requests()).isZero();
  }

  @Test
  void aTask_thatIsToldToStop_writesDownWhatItIsSending_andLeavesTheRest() throws Exception {
    UsuarioItem bia = FIXTURE.resident("Bia");
    DomainEvent full = FIXTURE.event(EventType.CARONA_LOTADA, FIXTURE.carona(bia.id()), "");
    CountDownLatch gate = FIXTURE.providers.hold();
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread task =
        Thread.ofVirtual()
            .start(() ->
                end.complete(catchThrowable(() -> FIXTURE.notifier.handle(Events.message(full)))));
    await().until(() -> FIXTURE.providers.requests() == 1);
    task.interrupt();
    gate.countDown();
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    assertThat(FIXTURE.handle(full)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.providers.mails()).hasSize(1);
    assertThat(FIXTURE.providers.sms()).hasSize(1);
    assertThat(FIXTURE.providers.pushes()).hasSize(1);
  }

  @Test
  void aTask_thatIsAboutToStop_finishesWhatItIsSending_andBeginsNothing() {
    UsuarioItem bia = FIXTURE.resident("Bia");
    DomainEvent full = FIXTURE.event(EventType.CARONA_LOTADA, FIXTURE.carona(bia.id()), "");
    CountDownLatch gate = FIXTURE.providers.hold();
    CompletableFuture<Verdict> end = CompletableFuture.supplyAsync(() -> FIXTURE.handle(full));
    await().until(() -> FIXTURE.providers.requests() == 1);
    FIXTURE.notifier.leave();
    gate.countDown();
    assertThat(end.join()).isEqualTo(new Later(Duration.ofSeconds(1), "unfinished"));
    assertThat(FIXTURE.count("sent")).isEqualTo(1);
    assertThat(FIXTURE.providers.requests()).isEqualTo(1);
  }

  @Test
  void withTooLittleTimeLeft_nothingIsBegun() throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (Context.CancellableContext context =
        Context.current()
            .withDeadlineAfter(Round.MIN_LEFT.toMillis() - 1, TimeUnit.MILLISECONDS, timer)) {
      assertThat(context.call(() -> FIXTURE.handle(event)))
          .isEqualTo(new Later(Duration.ofSeconds(1), "unfinished"));
    } finally {
      timer.shutdownNow();
    }
    assertThat(FIXTURE.providers.requests()).isZero();
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
  }

  @Test
  void aNote_thatCannotBeRead_isAFault_whenAllOthersAreTold() {
    UsuarioItem bia = FIXTURE.resident("Bia");
    DomainEvent full = FIXTURE.event(EventType.CARONA_LOTADA, FIXTURE.carona(bia.id()), "");
    unreadableNote(full, bia);
    assertThatThrownBy(() -> FIXTURE.handle(full)).isInstanceOf(UnreadableItemException.class);
    assertThat(FIXTURE.providers.mails()).isEmpty();
    assertThat(FIXTURE.providers.sms()).hasSize(1);
    assertThat(FIXTURE.providers.pushes()).hasSize(1);
  }

  @Test
  void aFault_isLoggedAndTriedAgainSoon_thoughOthersAreNotToBeDisturbed() {
    UsuarioItem bia = FIXTURE.resident("Bia");
    FIXTURE.withWishes(
        bia,
        EnumSet.allOf(Canal.class),
        Set.of(),
        // It is 7 o'clock, and the ride departs at 10.
        Optional.of(new Silencio(LocalTime.of(6, 0), LocalTime.of(9, 0))));
    DomainEvent full = FIXTURE.event(EventType.CARONA_LOTADA, FIXTURE.carona(bia.id()), "");
    unreadableNote(full, bia);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger log = (Logger) LoggerFactory.getLogger(Round.class);
    log.addAppender(lines);
    try {
      assertThat(FIXTURE.handle(full)).isEqualTo(new Later(Round.MAX_LATER_WITH_FAULT, "fault"));
    } finally {
      log.detachAppender(lines);
    }
    assertThat(lines.list)
        .singleElement()
        .satisfies(line -> {
          assertThat(line.getLevel()).isEqualTo(Level.ERROR);
          assertThat(line.getThrowableProxy().getClassName())
              .isEqualTo(UnreadableItemException.class.getName());
        });
  }

  private static void unreadableNote(DomainEvent event, UsuarioItem usuario) {
    Map<String, AttributeValue> note =
        new HashMap<>(Keys.aviso(event.id(), usuario.id(), Canal.EMAIL));
    note.put("status", AttributeValue.fromS("ENVIADO"));
    FIXTURE.local.putAll(List.of(note));
  }

  private static Fate carriedOut() {
    return DynamoDbProxy.answered(answer -> answer);
  }

  private static Fate[] always(Fate fate) {
    return IntStream.range(0, MANY).mapToObj(_ -> fate).toArray(Fate[]::new);
  }
}
