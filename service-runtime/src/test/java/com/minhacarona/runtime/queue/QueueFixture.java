package com.minhacarona.runtime.queue;

import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.call.WorkPermits;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** A queue of ElasticMQ, a consumer of it, and a proxy between them. */
final class QueueFixture implements AutoCloseable {
  static final WorkPermits UNLIMITED = () -> Optional.of(_ -> {});

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Pauses SHORT = new Pauses(Duration.ofMillis(1), Duration.ofMillis(10));

  /** Short enough for a test; SQS counts in seconds. */
  static final QueueTimes TIMES =
      new QueueTimes(
          SECOND,
          Duration.ofSeconds(30),
          QueueTimes.DEFAULT.longestHold(),
          Duration.ofSeconds(20),
          SHORT,
          SHORT,
          SHORT,
          Duration.ofMillis(5),
          Duration.ofMillis(200),
          SECOND);

  /** Shortens the visibility, so that it is extended each second. */
  static final QueueTimes SOON_VISIBLE =
      new QueueTimes(
          SECOND,
          Duration.ofSeconds(2),
          QueueTimes.DEFAULT.longestHold(),
          Duration.ofSeconds(20),
          SHORT,
          SHORT,
          SHORT,
          Duration.ofMillis(5),
          Duration.ofMillis(200),
          SECOND);

  private static final int CONCURRENCY = 8;
  private static final String RECEIVE = "ReceiveMessage";
  private static final Pattern VISIBILITY = Pattern.compile("\"VisibilityTimeout\":(\\d+)");

  final ElasticMq elasticMq = ElasticMq.shared();
  final DynamoDbProxy proxy = new DynamoDbProxy(elasticMq.endpoint());
  final String url = elasticMq.createQueue("test");
  final String deadLetters = new QueueConfig(url, 1).deadLetterUrl();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final List<QueueMessage> handled = new CopyOnWriteArrayList<>();
  final SqsClient sqs = ElasticMq.client(proxy.endpoint());
  private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor();
  private QueueConsumer consumer;

  /** To be set before the start. */
  Clock steady = Clock.systemUTC();

  /** Starts a consumer whose handler is called after its message was noted in {@link #handled}. */
  QueueConsumer start(MessageHandler handler) {
    return start(TIMES, UNLIMITED, handler);
  }

  QueueConsumer start(QueueTimes times, WorkPermits permits, MessageHandler handler) {
    return start(sqs, times, permits, handler);
  }

  QueueConsumer start(
      SqsClient client, QueueTimes times, WorkPermits permits, MessageHandler handler) {
    consumer =
        new QueueConsumers(
                client, permits, meters, Clock.systemUTC(), steady, new Random(1), deadlines, times)
            .consumer(
                "test",
                new QueueConfig(url, CONCURRENCY),
                message -> {
                  handled.add(message);
                  return handler.handle(message);
                });
    consumer.start();
    return consumer;
  }

  void send(String body) {
    elasticMq.client().sendMessage(r -> r.queueUrl(url).messageBody(body));
  }

  void send(String body, Map<String, String> attributes) {
    elasticMq
        .client()
        .sendMessage(r ->
            r.queueUrl(url)
                .messageBody(body)
                .messageAttributes(
                    attributes.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, a -> text(a.getValue())))));
  }

  void sendAll(Collection<String> bodies) {
    bodies.forEach(this::send);
  }

  static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  /** Waits until the queue is empty and nothing is in hand. */
  void awaitEmpty() {
    await().until(() -> elasticMq.messages(url) == 0);
  }

  /** ElasticMQ does not notice that a long poll was given up, and may answer it with a message. */
  void awaitEndOfPolls() {
    await()
        .until(() ->
            proxy.answered().stream().filter(a -> a.operation().equals(RECEIVE)).count()
                == requests(RECEIVE));
  }

  /** What can be received from a queue now. */
  List<Message> visible(String queueUrl) {
    return elasticMq
        .client()
        .receiveMessage(r ->
            r.queueUrl(queueUrl)
                .maxNumberOfMessages(SqsQueue.BATCH)
                .visibilityTimeout(0)
                .messageAttributeNames("All"))
        .messages();
  }

  double outcomes(String outcome) {
    Counter counter = meters.find(QueueMeters.MESSAGES).tag("outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  /** For how long messages were hidden by requests that ended, in order. */
  List<Duration> hidden() {
    return proxy.answered().stream()
        .filter(a -> a.operation().equals("ChangeMessageVisibility"))
        .map(a -> VISIBILITY.matcher(a.request()))
        .filter(Matcher::find)
        .map(found -> Duration.ofSeconds(Long.parseLong(found.group(1))))
        .toList();
  }

  /** How many requests of an operation there were. */
  long requests(String operation) {
    return proxy.operations().stream().filter(operation::equals).count();
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.stop();
    }
    sqs.close();
    proxy.close();
    deadlines.shutdownNow();
  }
}
