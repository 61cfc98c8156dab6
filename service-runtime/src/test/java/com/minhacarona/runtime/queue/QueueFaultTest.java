package com.minhacarona.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.WorkPermits;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults around a handler cost neither the reading of the queue, nor a place, nor the message. */
class QueueFaultTest {
  private static final Verdict DONE = new Verdict.Done("done");
  private static final Duration LONG = Duration.ofSeconds(20);

  private final QueueFixture queue = new QueueFixture();
  private final AtomicInteger places = new AtomicInteger(1);
  private final WorkPermits onePlace =
      () ->
          places.getAndUpdate(n -> Math.max(0, n - 1)) > 0
              ? Optional.of(_ -> places.incrementAndGet())
              : Optional.empty();

  @AfterEach
  void close() {
    queue.close();
  }

  @Test
  void theReading_goesOn_afterAnyError_andTheMessageComesAgain() {
    AtomicInteger errors = new AtomicInteger(2);
    queue.send("body");
    queue.start(
        QueueFixture.TIMES,
        () -> {
          if (errors.getAndDecrement() > 0) {
            throw new StackOverflowError("any error would do");
          }
          return onePlace.tryAcquire();
        },
        _ -> DONE);
    await().atMost(LONG).until(() -> queue.outcomes("done") == 1);
    queue.awaitEmpty();
    assertThat(queue.handled).singleElement().satisfies(m -> assertThat(m.receives()).isEqualTo(3));
  }

  @Test
  void aMessageWithNumbersThatAreNone_isHandled_andGivesItsPlaceBack() {
    queue.proxy.next(
        "ReceiveMessage",
        DynamoDbProxy.answered(answer ->
            new DynamoDbProxy.Answer(
                answer.status(),
                answer
                    .body()
                    .replaceAll(
                        "(\"(ApproximateReceiveCount|SentTimestamp)\":)\"\\d+\"", "$1\"x\""))));
    queue.send("body");
    queue.start(QueueFixture.TIMES, onePlace, _ -> DONE);
    await().until(() -> !queue.handled.isEmpty());
    queue.awaitEmpty();
    assertThat(queue.handled).singleElement().satisfies(m -> assertThat(m.receives()).isEqualTo(1));
    await().untilAsserted(() -> assertThat(places).hasValue(1));
  }

  @Test
  void anErrorBeforeTheHandler_isAFault_andGivesItsPlaceBack() {
    queue.steady = new FailingClock();
    queue.send("body");
    queue.start(QueueFixture.TIMES, onePlace, _ -> DONE);
    await().atMost(LONG).until(() -> queue.outcomes("done") == 1);
    assertThat(queue.outcomes("fault")).isEqualTo(1);
    assertThat(places).hasValue(1);
  }

  @Test
  void aVerdictThatCannotBeCarriedOut_isAFault_andGivesItsPlaceBackOnce() {
    queue.send("body");
    queue.start(QueueFixture.TIMES, onePlace, _ -> new Verdict.Poison("ARGUMENTO_INVALIDO", null));
    await().atMost(LONG).until(() -> queue.elasticMq.messages(queue.deadLetters) == 1);
    queue.awaitEmpty();
    assertThat(queue.visible(queue.deadLetters).getFirst().messageAttributes())
        .containsEntry("reason", QueueFixture.text(Errors.ERRO_INTERNO));
    assertThat(queue.handled).hasSize(Faults.MAX_FAULTS);
    await().until(() -> queue.outcomes("poison") == 1);
    assertThat(queue.outcomes("fault")).isEqualTo(Faults.MAX_FAULTS - 1);
    assertThat(places).hasValue(1);
  }

  /** Fails the first time that a message's own thread asks it. */
  private static final class FailingClock extends Clock {
    private final AtomicInteger failures = new AtomicInteger(1);

    @Override
    public Instant instant() {
      if (Thread.currentThread().getName().equals("message") && failures.getAndDecrement() > 0) {
        throw new IllegalStateException("no time");
      }
      return Instant.now();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
