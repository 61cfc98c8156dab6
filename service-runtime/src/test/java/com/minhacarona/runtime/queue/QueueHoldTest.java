package com.minhacarona.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.call.WorkPermits;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;

/** How long messages of a real queue are in hand, and when none are received. */
class QueueHoldTest {
  private static final Verdict DONE = new Verdict.Done("done");

  /** SQS counts in seconds, so this many extensions last longer than the visibility of 2 s. */
  private static final int EXTENSIONS = 4;

  private static final Duration RETRY = Duration.ofSeconds(20);

  private final QueueFixture queue = new QueueFixture();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    queue.close();
  }

  @Test
  void aMessageInHand_isHiddenForLonger_andNotDeliveredTwice() {
    queue.send("slow");
    queue.start(
        QueueFixture.SOON_VISIBLE,
        QueueFixture.UNLIMITED,
        _ -> {
          release.await();
          return DONE;
        });
    await().until(() -> queue.requests("ChangeMessageVisibility") >= EXTENSIONS);
    assertThat(queue.visible(queue.url)).isEmpty();
    release.countDown();
    queue.awaitEmpty();
    assertThat(queue.handled).hasSize(1);
  }

  @Test
  void aMessageThatNobodyMayHaveForLonger_isInterrupted() {
    queue.send("endless");
    QueueTimes times = QueueFixture.SOON_VISIBLE;
    queue.start(
        new QueueTimes(
            times.longPoll(),
            times.visibility(),
            Duration.ofSeconds(3),
            times.handling(),
            times.retry(),
            times.probe(),
            times.receive(),
            times.place(),
            times.drain(),
            times.interrupted()),
        QueueFixture.UNLIMITED,
        message -> {
          if (message.receives() == 1) {
            release.await();
          }
          return DONE;
        });
    queue.awaitEmpty();
    assertThat(queue.outcomes("released")).isEqualTo(1);
    assertThat(queue.handled).hasSize(2);
  }

  @Test
  void withoutAPlaceAmongTheCalls_aMessageWaits_andIsNoError() {
    AtomicInteger places = new AtomicInteger();
    WorkPermits permits =
        () ->
            places.getAndUpdate(n -> Math.max(0, n - 1)) > 0
                ? Optional.of(_ -> places.incrementAndGet())
                : Optional.empty();
    queue.send("patient");
    queue.start(QueueFixture.TIMES, permits, _ -> DONE);
    await().until(() -> queue.meters.get(QueueMeters.IN_HAND).gauge().value() == 1);
    await().during(Duration.ofMillis(300)).until(queue.handled::isEmpty);
    places.set(1);
    queue.awaitEmpty();
    assertThat(queue.handled).extracting(QueueMessage::receives).containsExactly(1);
    assertThat(places).as("given back").hasValue(1);
  }

  @Test
  void aMessageThatGetsNoPlaceForLong_isLeftToOthers() {
    queue.send("left");
    QueueTimes times = QueueFixture.SOON_VISIBLE;
    queue.start(
        new QueueTimes(
            times.longPoll(),
            times.visibility(),
            times.longestHold(),
            times.handling(),
            new Pauses(RETRY, RETRY),
            times.probe(),
            times.receive(),
            times.place(),
            times.drain(),
            times.interrupted()),
        Optional::empty,
        _ -> DONE);
    await()
        .untilAsserted(() ->
            assertThat(queue.hidden())
                .last(InstanceOfAssertFactories.DURATION)
                .as("a receive costs it one of those that SQS counts")
                .isBetween(RETRY.dividedBy(2), RETRY));
    assertThat(queue.handled).isEmpty();
  }

  @Test
  void leave_endsTheLongPoll_andReceivesNoMore() {
    QueueTimes times = QueueFixture.TIMES;
    QueueConsumer consumer =
        queue.start(
            new QueueTimes(
                QueueTimes.DEFAULT.longPoll(),
                times.visibility(),
                times.longestHold(),
                times.handling(),
                times.retry(),
                times.probe(),
                times.receive(),
                times.place(),
                times.drain(),
                times.interrupted()),
            QueueFixture.UNLIMITED,
            _ -> DONE);
    queue.send("before");
    queue.awaitEmpty();
    consumer.leave();
    consumer.leave();
    await().until(() -> !consumer.isReading());
    long requests = queue.requests("ReceiveMessage");
    await()
        .during(Duration.ofMillis(500))
        .until(() -> queue.requests("ReceiveMessage") == requests);
  }

  @Test
  void stop_waitsForWhatIsInHand_andDeletesIt() {
    queue.send("quick");
    QueueConsumer consumer =
        queue.start(_ -> {
          release.await();
          return DONE;
        });
    await().until(() -> queue.handled.size() == 1);
    consumer.leave();
    release.countDown();
    consumer.stop();
    assertThat(queue.elasticMq.messages(queue.url)).isZero();
  }

  @Test
  void stop_putsBack_whatDoesNotEnd() {
    queue.send("slow");
    QueueConsumer consumer =
        queue.start(_ -> {
          release.await();
          return DONE;
        });
    await().until(() -> queue.handled.size() == 1);
    consumer.leave();
    queue.awaitEndOfPolls();
    consumer.stop();
    assertThat(queue.visible(queue.url)).hasSize(1);
    assertThat(queue.outcomes("released")).isEqualTo(1);
  }

  @Test
  void stop_putsBack_whatIgnoresAnInterrupt_andItsEndChangesNothing() {
    queue.send("deaf");
    QueueConsumer consumer =
        queue.start(_ -> {
          while (release.getCount() > 0) {
            Thread.onSpinWait();
          }
          return DONE;
        });
    await().until(() -> queue.handled.size() == 1);
    consumer.leave();
    queue.awaitEndOfPolls();
    consumer.stop();
    assertThat(queue.visible(queue.url)).hasSize(1);
    release.countDown();
    await().until(() -> queue.outcomes("released") == 1);
    assertThat(queue.elasticMq.messages(queue.url)).isEqualTo(1);
  }

  @Test
  void stop_ofWhatHasStopped_doesNothing() {
    QueueConsumer consumer = queue.start(_ -> DONE);
    consumer.stop();
    consumer.stop();
    assertThat(queue.handled).isEmpty();
  }

  @Test
  void aQueueThatIsAway_isAskedLessAndLessOften_andReadWhenItIsBack() {
    queue.proxy.next(
        "ReceiveMessage",
        Stream.generate(DynamoDbProxy::lostOnTheWayThere)
            .limit(12)
            .toArray(DynamoDbProxy.Fate[]::new));
    queue.send("body");
    queue.start(_ -> DONE);
    queue.awaitEmpty();
    assertThat(queue.meters.counter(QueueMeters.RECEIVE_FAILED, "queue", "test").count())
        .as("the SDK makes three attempts each time")
        .isEqualTo(4);
  }

  @Test
  void aQueueThatStaysAway_isAskedSeldom() {
    QueueTimes times = QueueFixture.TIMES;
    try (SqsClient away = ElasticMq.client(URI.create("http://127.0.0.1:1"))) {
      queue.start(
          away,
          new QueueTimes(
              times.longPoll(),
              times.visibility(),
              times.longestHold(),
              times.handling(),
              times.retry(),
              times.probe(),
              new Pauses(Duration.ofHours(1), Duration.ofHours(1)),
              times.place(),
              times.drain(),
              times.interrupted()),
          QueueFixture.UNLIMITED,
          _ -> DONE);
      await().until(() -> failures() == 1);
      await().during(Duration.ofSeconds(1)).until(() -> failures() == 1);
    }
  }

  private double failures() {
    return queue.meters.counter(QueueMeters.RECEIVE_FAILED, "queue", "test").count();
  }
}
