package com.minhacarona.carona.feed;

import com.google.inject.Inject;
import com.minhacarona.runtime.process.BackgroundLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Reads this task's own queue, into which an SNS topic fans out the table's stream records as an
 * EventBridge Pipe puts them there, one JSON record a message. For any number of tasks.
 */
final class SqsFeed implements CaronaFeed {
  private static final Logger LOG = LoggerFactory.getLogger(SqsFeed.class);

  /** SQS's own limits for one request, and for how long it may wait. */
  private static final int MAX_MESSAGES = 10;

  static final Duration MAX_WAIT = Duration.ofSeconds(20);

  /**
   * While the queue is full, so many more requests at once. An estimate, not measured on AWS: if
   * receiving and deleting ten messages takes 15 ms, this carries 15,000 changes a second.
   */
  private static final int MAX_HELPERS = 24;

  /** How long the messages in hand may take. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final SqsClient sqs;
  private final TaskQueue queue;
  private final Duration policyPropagation;
  private final Semaphore helpers = new Semaphore(MAX_HELPERS);
  private BackgroundLoop loop;
  private volatile boolean stopping;

  @Inject
  SqsFeed(SqsClient sqs, TaskQueue queue, SqsFeedConfig config) {
    this.sqs = sqs;
    this.queue = queue;
    this.policyPropagation = config.policyPropagation();
  }

  @Override
  public void start(Listener listener) {
    loop = BackgroundLoop.start("queue-reader", () -> read(listener));
  }

  @Override
  public void stop() {
    stopping = true;
    loop.stop();
    try {
      if (!helpers.tryAcquire(MAX_HELPERS, STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("Messages in hand were not done within {}", STOP_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    queue.close();
  }

  /** Reads from now on, until something goes wrong with the queue. */
  private void read(Listener listener) {
    String url = queue.open();
    // Tells at once what came before the queue, or while it was away.
    listener.gap();
    long openedAt = System.nanoTime();
    boolean complete = false;
    while (!stopping) {
      Duration missing = policyPropagation.minusNanos(System.nanoTime() - openedAt);
      if (!complete && !missing.isPositive()) {
        // Until now SNS may have dropped changes, for want of a policy that lets it send them.
        listener.gap();
        complete = true;
      }
      if (receive(url, complete ? MAX_WAIT : atMost(MAX_WAIT, missing), listener)) {
        help(url, listener);
      }
      queue.keepAlive();
    }
  }

  /** In whole seconds, as SQS counts them, and at least one. */
  private static Duration atMost(Duration limit, Duration wait) {
    Duration wholeSeconds = Duration.ofSeconds(wait.plusSeconds(1).minusNanos(1).toSeconds());
    return wholeSeconds.compareTo(limit) < 0 ? wholeSeconds : limit;
  }

  /** Reads what waits in the queue on another thread too, which calls for more help in its turn. */
  private void help(String url, Listener listener) {
    if (helpers.tryAcquire()) {
      var _ =
          Thread.ofVirtual()
              .name("queue-helper")
              .start(() -> {
                try {
                  while (!stopping && receive(url, Duration.ZERO, listener)) {
                    help(url, listener);
                  }
                } catch (RuntimeException e) {
                  // The messages come again; if there is trouble with the queue, its reader meets
                  // it too.
                  LOG.warn("Could not help to read the queue: {}", e.toString());
                } finally {
                  helpers.release();
                }
              });
    }
  }

  /** False when the queue has no more for now. */
  private boolean receive(String url, Duration wait, Listener listener) {
    List<Message> messages =
        sqs.receiveMessage(r ->
                r.queueUrl(url)
                    .maxNumberOfMessages(MAX_MESSAGES)
                    .waitTimeSeconds(Math.toIntExact(wait.toSeconds())))
            .messages();
    if (messages.isEmpty()) {
      return false;
    }
    messages.forEach(
        message -> StreamRecordJson.carona(message.body()).ifPresent(listener::changed));
    sqs.deleteMessageBatch(r ->
        r.queueUrl(url)
            .entries(
                messages.stream()
                    .map(m ->
                        DeleteMessageBatchRequestEntry.builder()
                            .id(m.messageId())
                            .receiptHandle(m.receiptHandle())
                            .build())
                    .toList()));
    return messages.size() == MAX_MESSAGES;
  }
}
