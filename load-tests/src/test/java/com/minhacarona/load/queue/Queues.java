package com.minhacarona.load.queue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.minhacarona.reserva.notifications.FakeProviders;
import com.minhacarona.runtime.queue.ElasticMq;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.ProcessarReservaRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** The three queues of a deployment with all that is around them, on one table. */
public final class Queues implements AutoCloseable {
  private static final String DEAD_LETTERS = "-dlq";

  /** SQS's own limit for one request. */
  private static final int BATCH = 10;

  private final ElasticMq sqs = ElasticMq.shared();
  private final String reservations = sqs.createQueue("reservations");
  private final String changes = sqs.createQueue("changes");
  private final String notifications = sqs.createQueue("notifications");
  private final FakeProviders providers = new FakeProviders();
  private final Topic topic = new Topic(sqs.client(), notifications, providers.endpoint());
  private final Pipe pipe;

  /**
   * The queues, and the pipe that fills the queue of changes.
   *
   * @param copies how often the pipe delivers each change
   */
  public Queues(LocalDynamoDb table, int copies) {
    pipe = new Pipe(table, sqs.client(), changes, copies);
  }

  /** The settings of a task that reads all of them. */
  public Map<String, String> settings() {
    return Map.of(
        "MINHA_CARONA_RESERVATIONS_QUEUE_URL",
        reservations,
        "MINHA_CARONA_CHANGES_QUEUE_URL",
        changes,
        "MINHA_CARONA_NOTIFICATIONS_QUEUE_URL",
        notifications,
        "MINHA_CARONA_EVENTS_TOPIC_ARN",
        Topic.ARN,
        "MINHA_CARONA_SQS_ENDPOINT",
        endpoint().toString(),
        "MINHA_CARONA_SNS_ENDPOINT",
        topic.endpoint().toString(),
        "MINHA_CARONA_SES_ENDPOINT",
        providers.endpoint().toString(),
        "MINHA_CARONA_MAIL_FROM",
        "avisos@minhacarona.com.br");
  }

  public URI endpoint() {
    return sqs.endpoint();
  }

  public SqsClient sqs() {
    return sqs.client();
  }

  public String reservations() {
    return reservations;
  }

  public String changes() {
    return changes;
  }

  public String notifications() {
    return notifications;
  }

  public FakeProviders providers() {
    return providers;
  }

  public Topic topic() {
    return topic;
  }

  /** Asks for a reservation by the queue. */
  public void send(ProcessarReservaRequest request) {
    send(List.of(json(request)));
  }

  /** Puts these bodies into the queue of reservations, in this order. */
  void send(List<String> bodies) {
    for (int from = 0; from < bodies.size(); from += BATCH) {
      List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
      for (String body : bodies.subList(from, Math.min(from + BATCH, bodies.size()))) {
        entries.add(
            SendMessageBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .messageBody(body)
                .build());
      }
      if (sqs().sendMessageBatch(r -> r.queueUrl(reservations).entries(entries)).hasFailed()) {
        throw new IllegalStateException("not all were sent");
      }
    }
  }

  /** A request as the queue takes it. */
  static String json(ProcessarReservaRequest request) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(request);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no Any is in it", e);
    }
  }

  /** How many messages the three queues have, in hand or not. */
  public int messages() {
    return Stream.of(reservations, changes, notifications).mapToInt(this::messages).sum();
  }

  /** How many messages one of them has. */
  public int messages(String queueUrl) {
    return sqs.messages(queueUrl);
  }

  /** Takes all messages out of a queue's dead-letter queue. */
  public List<Message> deadLetters(String queueUrl) {
    List<Message> letters = new ArrayList<>();
    List<Message> some;
    do {
      some =
          sqs()
              .receiveMessage(r ->
                  r.queueUrl(queueUrl + DEAD_LETTERS)
                      .maxNumberOfMessages(BATCH)
                      .messageAttributeNames("All"))
              .messages();
      some.forEach(letter ->
          sqs()
              .deleteMessage(
                  r -> r.queueUrl(queueUrl + DEAD_LETTERS).receiptHandle(letter.receiptHandle())));
      letters.addAll(some);
    } while (!some.isEmpty());
    return letters;
  }

  @Override
  public void close() {
    pipe.close();
    topic.close();
    providers.close();
  }
}
