package com.minhacarona.carona.feed;

import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.runtime.process.BackgroundLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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

  /** SQS's own limit for one request. */
  private static final int MAX_MESSAGES = 10;

  /**
   * How many more requests read at once while the queue is full. An estimate, not measured on AWS:
   * if receiving and deleting ten messages takes 15 ms, this carries 15,000 changes a second.
   */
  private static final int MAX_HELPERS = 24;

  /** How long the messages in hand may take. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final SqsClient sqs;
  private final TaskQueue queue;
  private final SkippedItems skipped;
  private final Duration wait;
  private final Duration policyPropagation;
  private final Clock steady;
  private final Semaphore helpers = new Semaphore(MAX_HELPERS);
  private BackgroundLoop loop;
  private volatile boolean stopping;

  /**
   * A feed.
   *
   * @param wait how long a request waits for messages, in whole seconds
   * @param policyPropagation how long SNS may drop what it publishes to a queue that is new
   * @param steady for how long the queue has been open
   */
  SqsFeed(
      SqsClient sqs,
      TaskQueue queue,
      SkippedItems skipped,
      Duration wait,
      Duration policyPropagation,
      Clock steady) {
    this.sqs = sqs;
    this.queue = queue;
    this.skipped = skipped;
    this.wait = wait;
    this.policyPropagation = policyPropagation;
    this.steady = steady;
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
    // The queue keeps every change from here on. Changes before that may have been missed.
    listener.gap();
    Instant completeAt = steady.instant().plus(policyPropagation);
    boolean complete = false;
    while (!stopping) {
      Duration missing = Duration.between(steady.instant(), completeAt);
      if (!complete && !missing.isPositive()) {
        // Until now SNS may have dropped changes, for want of a policy that lets it send them.
        listener.gap();
        complete = true;
      }
      if (receive(url, complete ? wait : atMost(wait, missing), listener)) {
        help(url, listener);
      }
      queue.keepAlive();
    }
  }

  /** In whole seconds, as SQS counts them, and at least one. */
  private static Duration atMost(Duration limit, Duration missing) {
    Duration wholeSeconds = Duration.ofSeconds(missing.plusSeconds(1).minusNanos(1).toSeconds());
    return wholeSeconds.compareTo(limit) < 0 ? wholeSeconds : limit;
  }

  /** Reads on another thread too, which starts further ones as long as each finds messages. */
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
                  // SQS delivers the messages again, and if the queue itself is in trouble, its
                  // reader begins anew.
                  LOG.warn("Could not help to read the queue: {}", e.toString());
                } finally {
                  helpers.release();
                }
              });
    }
  }

  /** False when the queue has no more for now. */
  private boolean receive(String url, Duration longest, Listener listener) {
    List<Message> messages =
        sqs.receiveMessage(r ->
                r.queueUrl(url)
                    .maxNumberOfMessages(MAX_MESSAGES)
                    .waitTimeSeconds(Math.toIntExact(longest.toSeconds())))
            .messages();
    if (messages.isEmpty()) {
      return false;
    }
    messages.forEach(
        message -> StreamRecordJson.carona(message.body(), skipped).ifPresent(listener::changed));
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
