package com.minhacarona.runtime.queue;

import com.google.inject.Inject;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Makes consumers of queues, which share a client and the places of the server's calls. */
public final class QueueConsumers {
  private final SqsClient sqs;

  @Inject
  QueueConsumers(SqsClient sqs) {
    this.sqs = sqs;
  }

  /**
   * A consumer that has not begun to read.
   *
   * @param name a word for meters and the log, such as {@code "letters"}
   */
  public QueueConsumer consumer(String name, QueueConfig config, MessageHandler handler) {
    return new QueueConsumer(name, sqs, config, handler);
  }
}
