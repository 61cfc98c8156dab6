package com.minhacarona.runtime.queue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one queue, from {@link #start} to {@link #stop}; it does not begin again. Each of these
 * methods may be called from any thread, one after the other.
 */
public final class QueueConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(QueueConsumer.class);

  /** How often it is looked which messages to hide for longer, in each visibility. */
  private static final int LOOKS = 6;

  private final String name;
  private final QueueTimes times;
  private final InHand inHand;
  private final Deletes deletes;
  private final Receiver receiver;
  private final Thread reading;
  private final Thread keeper;

  QueueConsumer(String name, QueueTimes times, Receiver receiver, InHand inHand, Deletes deletes) {
    this.name = name;
    this.times = times;
    this.inHand = inHand;
    this.deletes = deletes;
    this.receiver = receiver;
    this.reading = Thread.ofVirtual().name("queue-" + name).unstarted(receiver::run);
    this.keeper = Thread.ofVirtual().name("queue-" + name + "-keeper").unstarted(this::keep);
  }

  /** Begins to read. */
  public void start() {
    deletes.start();
    keeper.start();
    reading.start();
  }

  /**
   * Receives no more. What is in hand goes on. Messages that SQS sends at this very moment are lost
   * with the request, and come again when their time is over.
   */
  public void leave() {
    if (receiver.leave()) {
      reading.interrupt();
    }
  }

  /** Whether it may still receive something. */
  boolean isReading() {
    return reading.isAlive();
  }

  /**
   * Waits for what is in hand, 3 s at most, puts back what does not end by then, and returns when
   * nothing is in hand: within 8 s. Does nothing if it was not started.
   */
  public void stop() {
    if (reading.getState() == Thread.State.NEW) {
      return;
    }
    leave();
    // At least half of the visibility is left, which is longer than this takes.
    keeper.interrupt();
    try {
      drain();
      deletes.stop(times.interrupted());
    } catch (InterruptedException _) {
      LOG.warn("The end of queue {} was not waited for: its messages come again", name);
      Thread.currentThread().interrupt();
    }
  }

  private void drain() throws InterruptedException {
    if (!reading.join(times.interrupted())) {
      LOG.warn("The request for messages of queue {} did not end", name);
    }
    if (inHand.awaitNone(times.drain())) {
      return;
    }
    LOG.warn("{} messages of queue {} are put back", inHand.size(), name);
    inHand.interrupt();
    if (!inHand.awaitNone(times.interrupted())) {
      inHand.putBack(times.interrupted());
    }
  }

  private void keep() {
    try {
      while (true) {
        Thread.sleep(times.visibility().dividedBy(LOOKS));
        inHand.keep();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
