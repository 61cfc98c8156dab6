package com.minhacarona.runtime.queue;

import com.minhacarona.runtime.process.BackgroundLoop;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** Reads one queue, from {@link #start} to {@link #stop}. */
public final class QueueConsumer {
  private static final int WAIT_SECONDS = 2;

  private final String name;
  private final SqsClient sqs;
  private final QueueConfig config;
  private final MessageHandler handler;
  private BackgroundLoop loop;

  QueueConsumer(String name, SqsClient sqs, QueueConfig config, MessageHandler handler) {
    this.name = name;
    this.sqs = sqs;
    this.config = config;
    this.handler = handler;
  }

  /** Begins to read. */
  public void start() {
    loop = BackgroundLoop.start("queue-" + name, this::read);
  }

  /** Receives no more. What is in hand goes on. */
  public void leave() {}

  /** Waits for what is in hand, puts back the rest, and returns when nothing is in hand. */
  public void stop() {
    loop.stop();
  }

  private void read() throws InterruptedException {
    for (Message message :
        sqs.receiveMessage(r ->
                r.queueUrl(config.url())
                    .waitTimeSeconds(WAIT_SECONDS)
                    .messageAttributeNames("All")
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
            .messages()) {
      Map<String, String> attributes = new HashMap<>();
      message.messageAttributes().forEach((key, value) -> attributes.put(key, value.stringValue()));
      Verdict verdict =
          handler.handle(
              new QueueMessage(
                  message.messageId(),
                  message.body(),
                  attributes,
                  Integer.parseInt(
                      message
                          .attributes()
                          .getOrDefault(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")),
                  Instant.EPOCH));
      if (verdict instanceof Verdict.Poison) {
        sqs.sendMessage(r -> r.queueUrl(config.deadLetterUrl()).messageBody(message.body()));
      }
      if (verdict instanceof Verdict.Poison || verdict instanceof Verdict.Done) {
        sqs.deleteMessage(r -> r.queueUrl(config.url()).receiptHandle(message.receiptHandle()));
      }
    }
  }
}
