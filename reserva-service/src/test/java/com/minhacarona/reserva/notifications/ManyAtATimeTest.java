package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.reserva.Queue;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.reserva.notifications.FakeProviders.Mail;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As many events as a process has in hand are told at the same time. */
@Tag("dynamodb")
class ManyAtATimeTest {
  @RegisterExtension static final NotifierFixture FIXTURE = new NotifierFixture();

  private static final int IN_HAND = Queue.NOTIFICATIONS.concurrency();

  @Test
  void noEventInHand_waitsForAConnection() throws Exception {
    CountDownLatch gate = FIXTURE.providers.hold();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var verdicts =
          IntStream.range(0, IN_HAND).mapToObj(_ -> threads.submit(() -> tell())).toList();
      try {
        await().until(() -> FIXTURE.providers.requests() >= IN_HAND);
      } finally {
        gate.countDown();
      }
      for (var verdict : verdicts) {
        assertThat(verdict.get()).isEqualTo(new Done("told"));
      }
    }
    assertThat(FIXTURE.providers.mails().stream().map(Mail::to).distinct()).hasSize(IN_HAND);
  }

  private static Verdict tell() {
    UsuarioItem driver =
        FIXTURE.withWishes(
            FIXTURE.resident("Dora"), EnumSet.of(Canal.EMAIL), Set.of(), Optional.empty());
    return FIXTURE.handle(FIXTURE.event(EventType.CARONA_LOTADA, FIXTURE.carona(driver.id()), ""));
  }
}
