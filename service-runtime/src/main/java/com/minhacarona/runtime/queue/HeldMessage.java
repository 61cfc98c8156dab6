package com.minhacarona.runtime.queue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * A message in hand: SQS hides it from others until it is over, which it is once. Thread-safe; its
 * requests are made one after the other, so that none undoes a later one.
 */
final class HeldMessage {
  private static final Logger LOG = LoggerFactory.getLogger(HeldMessage.class);

  private final Message message;
  private final SqsQueue queue;
  private final QueueTimes times;
  private final Clock steady;
  private final Instant receivedAt;
  private Instant hiddenAt;
  private boolean over;

  /** Guards what follows: whoever interrupts does not wait for a request. */
  private final Object handling = new Object();

  /** Null while no handler runs. */
  private @Nullable Thread handler;

  private boolean interrupted;

  HeldMessage(Message message, SqsQueue queue, QueueTimes times, Clock steady) {
    this.message = message;
    this.queue = queue;
    this.times = times;
    this.steady = steady;
    this.receivedAt = steady.instant();
    this.hiddenAt = receivedAt;
  }

  Message message() {
    return message;
  }

  Instant receivedAt() {
    return receivedAt;
  }

  /**
   * Hides the message for longer when half of the time is over. Interrupts its handler when SQS
   * lets nobody have it for longer.
   *
   * @throws SdkException when SQS did not do it, so that another one may get the message
   */
  synchronized void keep() {
    Instant now = steady.instant();
    if (over || now.isBefore(hiddenAt.plus(times.visibility().dividedBy(2)))) {
      return;
    }
    Duration left = Duration.between(now, receivedAt.plus(times.longestHold()));
    if (!left.isPositive()) {
      interrupt();
      return;
    }
    queue.hide(
        message.receiptHandle(),
        left.compareTo(times.visibility()) < 0 ? left : times.visibility());
    hiddenAt = now;
  }

  /** Notes that its handler begins, on this thread. */
  void handlerBegins() {
    synchronized (handling) {
      handler = Thread.currentThread();
    }
  }

  /** Notes that its handler has ended: from here on this thread is not interrupted. */
  void handlerEnded() {
    synchronized (handling) {
      handler = null;
      var _ = Thread.interrupted();
    }
  }

  /** Tells its handler to end at once. */
  void interrupt() {
    synchronized (handling) {
      if (handler != null) {
        interrupted = true;
        handler.interrupt();
      }
    }
  }

  /** Whether its handler was told to end at once. */
  boolean interrupted() {
    synchronized (handling) {
      return interrupted;
    }
  }

  /** Ends it without a word to SQS; false when it has ended before. */
  synchronized boolean end() {
    boolean first = !over;
    over = true;
    return first;
  }

  /**
   * Ends it, and lets it come again after a delay, or as long after its receipt as SQS allows, if
   * that is sooner; false when it has ended before.
   */
  synchronized boolean putBack(Duration delay) {
    if (!end()) {
      return false;
    }
    Duration left = Duration.between(steady.instant(), receivedAt.plus(times.longestHold()));
    if (left.isPositive()) {
      try {
        queue.hide(message.receiptHandle(), delay.compareTo(left) < 0 ? delay : left);
      } catch (RuntimeException e) {
        LOG.warn(
            "A message comes again only when its time is over, message_id={}: {}",
            message.messageId(),
            e.toString());
      }
    }
    return true;
  }
}
