package com.minhacarona.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.TraceId;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;

/** What becomes of messages of a real queue, by what their handler says. */
class QueueConsumerTest {
  private static final Verdict DONE = new Verdict.Done("done");
  private static final int MANY = 40;

  private final QueueFixture queue = new QueueFixture();

  @AfterEach
  void close() {
    queue.close();
  }

  @Test
  void aMessageThatIsDone_isHandledOnce_andDeleted() {
    Instant before = Instant.now().minusSeconds(1);
    queue.send("body", Map.of("kind", "letter"));
    queue.start(_ -> DONE);
    queue.awaitEmpty();
    assertThat(queue.handled)
        .singleElement()
        .satisfies(message -> {
          assertThat(message.body()).isEqualTo("body");
          assertThat(message.attributes()).isEqualTo(Map.of("kind", "letter"));
          assertThat(message.receives()).isEqualTo(1);
          assertThat(message.sentAt()).isBetween(before, Instant.now());
        });
    assertThat(queue.outcomes("done")).isEqualTo(1);
    assertThat(timer(QueueMeters.HANDLING).count()).isEqualTo(1);
    assertThat(timer(QueueMeters.AGE).count()).isEqualTo(1);
    await().until(() -> queue.meters.get(QueueMeters.IN_HAND).gauge().value() == 0);
  }

  @Test
  void aHandler_hasATraceId_andADeadline() {
    Set<String> traces = ConcurrentHashMap.newKeySet();
    Set<Duration> left = ConcurrentHashMap.newKeySet();
    queue.sendAll(List.of("one", "two"));
    queue.start(_ -> {
      traces.add(TraceId.current());
      left.add(Deadlines.left().orElseThrow());
      return DONE;
    });
    queue.awaitEmpty();
    assertThat(traces).hasSize(2).allMatch(id -> id.startsWith("1-"));
    assertThat(left).allMatch(time -> time.compareTo(QueueFixture.TIMES.handling()) < 0);
  }

  @Test
  void aHandler_hasTheTraceOfTheSender() {
    queue
        .elasticMq
        .client()
        .sendMessage(r ->
            r.queueUrl(queue.url)
                .messageBody("body")
                .messageSystemAttributes(
                    Map.of(
                        MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
                        MessageSystemAttributeValue.builder()
                            .dataType("String")
                            .stringValue("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
                            .build())));
    queue.start(_ -> new Verdict.Done(TraceId.current()));
    queue.awaitEmpty();
    assertThat(queue.outcomes("1-5759e988-bd862e3fe1be46a994272793")).isEqualTo(1);
  }

  @Test
  void manyMessages_areHandledAtTheSameTime_andDeletedInBatches() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    queue.sendAll(IntStream.range(0, MANY).mapToObj(Integer::toString).toList());
    queue.start(_ -> {
      most.accumulateAndGet(now.incrementAndGet(), Math::max);
      now.decrementAndGet();
      return DONE;
    });
    queue.awaitEmpty();
    assertThat(queue.handled).extracting(QueueMessage::body).hasSize(MANY).doesNotHaveDuplicates();
    assertThat(most.get()).isLessThanOrEqualTo(8);
    assertThat(queue.requests("DeleteMessageBatch")).isLessThan(MANY);
  }

  @Test
  void aDeletion_thatFailsForOneMessage_isRepeatedForIt() {
    queue.proxy.next(
        "DeleteMessageBatch",
        request ->
            request.answer(
                new DynamoDbProxy.Answer(
                    200,
                    "{\"Successful\": [], \"Failed\": [{\"Id\": \"0\", \"SenderFault\": false,"
                        + " \"Code\": \"InternalError\", \"Message\": \"so it is\"}]}")));
    queue.send("body");
    queue.start(_ -> DONE);
    queue.awaitEmpty();
    assertThat(queue.requests("DeleteMessageBatch")).isEqualTo(2);
    assertThat(queue.handled).hasSize(1);
  }

  @Test
  void aMessageThatIsTooEarly_comesLater() {
    queue.send("body");
    queue.start(message ->
        message.receives() == 1 ? new Verdict.Later(Duration.ofSeconds(1), "early") : DONE);
    queue.awaitEmpty();
    assertThat(queue.handled).extracting(QueueMessage::receives).containsExactly(1, 2);
    assertThat(queue.outcomes("early")).isEqualTo(1);
    assertThat(timer(QueueMeters.AGE).count()).as("only of the end").isEqualTo(1);
  }

  @Test
  void aMessageInTrouble_comesAgain_howeverOften_andIsNeverGivenUp() {
    int troubles = Faults.MAX_FAULTS + 1;
    queue.send("body");
    queue.start(message -> {
      if (message.receives() > troubles) {
        return DONE;
      }
      if (message.receives() % 2 == 0) {
        throw Errors.unavailable();
      }
      return new Verdict.Trouble(new IllegalStateException("away"));
    });
    await().atMost(Duration.ofSeconds(20)).until(() -> queue.outcomes("done") == 1);
    assertThat(queue.outcomes("trouble")).isEqualTo(troubles);
    assertThat(queue.elasticMq.messages(queue.deadLetters)).isZero();
  }

  @Test
  void aMessageThatCanNeverWork_goesToTheDeadLetters_withTheReason() {
    queue.send("body", Map.of("kind", "letter"));
    queue.start(_ -> new Verdict.Poison("ARGUMENTO_INVALIDO", "name is missing"));
    queue.awaitEmpty();
    Message dead = queue.visible(queue.deadLetters).getFirst();
    assertThat(dead.body()).isEqualTo("body");
    assertThat(dead.messageAttributes())
        .containsEntry("reason", QueueFixture.text("ARGUMENTO_INVALIDO"))
        .containsEntry("detail", QueueFixture.text("name is missing"))
        .containsEntry("message_id", QueueFixture.text(queue.handled.getFirst().id()))
        .containsEntry("kind", QueueFixture.text("letter"))
        .hasSize(4);
    assertThat(queue.outcomes("poison")).isEqualTo(1);
  }

  @Test
  void aMessageThatCanNeverWork_isKept_whileTheDeadLettersCannotBeReached() {
    queue.proxy.next("SendMessage", DynamoDbProxy.refusedAs("AccessDenied"));
    queue.send("body");
    queue.start(_ -> new Verdict.Poison("ARGUMENTO_INVALIDO", "name is missing"));
    await().until(() -> queue.elasticMq.messages(queue.deadLetters) == 1);
    queue.awaitEmpty();
    assertThat(queue.outcomes("trouble")).isEqualTo(1);
    assertThat(queue.outcomes("poison")).isEqualTo(1);
  }

  @Test
  void aMessageThatMeetsAFaultOfOurs_comesAgain_andGoesToTheDeadLettersInTheEnd() {
    queue.send("body");
    queue.start(_ -> {
      throw new IllegalStateException("a bug");
    });
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> queue.elasticMq.messages(queue.deadLetters) == 1);
    queue.awaitEmpty();
    Message dead = queue.visible(queue.deadLetters).getFirst();
    assertThat(dead.messageAttributes())
        .containsEntry("reason", QueueFixture.text(Errors.ERRO_INTERNO));
    assertThat(dead.messageAttributes().get("detail").stringValue())
        .contains("IllegalStateException")
        .doesNotContain("a bug");
    assertThat(queue.handled).hasSize(Faults.MAX_FAULTS);
  }

  @Test
  void anOutage_costsFewTries_andWhatWaited_isCaughtUpWith() {
    AtomicBoolean away = new AtomicBoolean(true);
    queue.sendAll(IntStream.range(0, MANY).mapToObj(Integer::toString).toList());
    Pauses probe = new Pauses(Duration.ofMillis(400), Duration.ofMillis(400));
    queue.start(
        withProbe(probe),
        QueueFixture.UNLIMITED,
        _ -> {
          if (away.get()) {
            throw Errors.unavailable();
          }
          return DONE;
        });
    // Without its pace, the consumer would try all of them each second.
    await().during(Duration.ofSeconds(3)).until(() -> queue.handled.size() < MANY);
    away.set(false);
    await().atMost(Duration.ofSeconds(20)).until(() -> queue.outcomes("done") == MANY);
  }

  private Timer timer(String name) {
    return queue.meters.get(name).tag("queue", "test").timer();
  }

  private static QueueTimes withProbe(Pauses probe) {
    QueueTimes times = QueueFixture.TIMES;
    return new QueueTimes(
        times.longPoll(),
        times.visibility(),
        times.longestHold(),
        times.handling(),
        times.retry(),
        probe,
        times.receive(),
        times.place(),
        times.drain(),
        times.interrupted());
  }
}
