package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.reserva.events.EventType;
import com.minhacarona.reserva.notifications.Delivery.Busy;
import com.minhacarona.reserva.notifications.Delivery.Failed;
import com.minhacarona.reserva.notifications.Delivery.Repeated;
import com.minhacarona.reserva.notifications.Delivery.Sent;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import com.minhacarona.table.UsuarioItem.Silencio;
import com.minhacarona.v1.Carona;
import io.grpc.Context;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one delivery does when something comes between. */
@Tag("dynamodb")
class DeliveriesTest {
  @RegisterExtension static final NotifierFixture FIXTURE = new NotifierFixture();

  private static final Texts TEXTS = new Texts("s", "t", "h", "sms", "title", "push");

  /** Of one write, the first included. */
  private static final int ATTEMPTS = 3;

  private final AtomicInteger sends = new AtomicInteger();
  private UsuarioItem davi;
  private Happening full;

  @BeforeEach
  void store() {
    davi = FIXTURE.resident("Davi");
    full =
        Happening.of(FIXTURE.event(EventType.CARONA_LOTADA, FIXTURE.carona(davi.id()), ""))
            .orElseThrow();
  }

  @Test
  void whatIsSent_isWrittenDown_afterTheDeadlineToo() throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (Context.CancellableContext context =
        Context.current().withDeadlineAfter(3, TimeUnit.SECONDS, timer)) {
      assertThat(
              context.call(
                  () -> deliver(mail(() -> await().pollInSameThread().until(Deadlines::passed)))))
          .isEqualTo(new Sent());
    } finally {
      timer.shutdownNow();
    }
    assertThat(deliver(mail(() -> {}))).isEqualTo(new Repeated());
    assertThat(sends).hasValue(1);
  }

  @Test
  void whatIsSent_isWrittenDown_thoughTheTableIsInTrouble() {
    Channel mail =
        mail(() -> {
          for (int i = 0; i < ATTEMPTS; i++) {
            FIXTURE.store.next(DynamoDbProxy.lostOnTheWayThere());
          }
        });
    assertThat(deliver(mail)).isEqualTo(new Sent());
    assertThat(deliver(mail)).isEqualTo(new Repeated());
    assertThat(sends).hasValue(1);
  }

  @Test
  void aTask_thatStopsBetweenClaimAndSending_leavesItToAnother() {
    Deliveries stopping = FIXTURE.get(Deliveries.class);
    stopping.leave();
    assertThat(deliver(stopping, full, davi, mail(() -> {}))).isEqualTo(new Busy(FIXTURE.now()));
    assertThat(sends).hasValue(0);
    assertThat(deliver(mail(() -> {}))).isEqualTo(new Sent());
  }

  @Test
  void aFault_inWhatAResidentWishes_isThatResidentsOnly() {
    UsuarioItem quiet =
        FIXTURE.withWishes(
            davi,
            davi.canais(),
            Set.of(),
            Optional.of(new Silencio(LocalTime.MIN, LocalTime.of(23, 59))));
    Carona.Builder carona = FIXTURE.carona(davi.id()).toBuilder();
    carona.getPartidaBuilder().setSeconds(Long.MAX_VALUE);
    Happening never =
        Happening.of(FIXTURE.event(EventType.CARONA_LOTADA, carona.build(), "")).orElseThrow();
    assertThat(deliver(never, quiet, channel(Canal.SMS, () -> {})))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.cause()).isInstanceOf(DateTimeException.class));
  }

  private Delivery deliver(Channel channel) {
    return deliver(full, davi, channel);
  }

  private Delivery deliver(Happening happening, UsuarioItem usuario, Channel channel) {
    return deliver(FIXTURE.get(Deliveries.class), happening, usuario, channel);
  }

  private static Delivery deliver(
      Deliveries deliveries, Happening happening, UsuarioItem usuario, Channel channel) {
    return deliveries.deliver(
        new Notice(MessageKind.CARONA_LOTADA_MOTORISTA, usuario.id()),
        happening,
        usuario,
        NotificationsConfig.DEFAULT_ZONE,
        channel,
        () -> TEXTS);
  }

  private Channel mail(Runnable meanwhile) {
    return channel(Canal.EMAIL, meanwhile);
  }

  /** A provider that takes everything, after something else has happened. */
  private Channel channel(Canal canal, Runnable meanwhile) {
    return new Channel() {
      @Override
      public Canal canal() {
        return canal;
      }

      @Override
      public SendResult send(String address, Texts texts) {
        sends.incrementAndGet();
        meanwhile.run();
        return new SendResult.Sent();
      }
    };
  }
}
