package com.minhacarona.runtime.queue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The meters of one queue, and their names. Thread-safe. */
public final class QueueMeters {
  /**
   * Messages that were handled, by {@code queue} and {@code outcome}: a word of the handler's, or
   * {@code trouble}, {@code fault}, {@code poison}, {@code released}.
   */
  public static final String MESSAGES = "queue.messages";

  /** How long handlers took, by {@code queue}. */
  public static final String HANDLING = "queue.handling";

  /** Messages that were received and are not over, by {@code queue}. */
  public static final String IN_HAND = "queue.in.hand";

  /** The time from sending a message to its end, of those that ended for good, by {@code queue}. */
  public static final String AGE = "queue.age";

  /** Requests for messages that failed, by {@code queue}. */
  public static final String RECEIVE_FAILED = "queue.receive.failed";

  private static final String QUEUE = "queue";

  private final MeterRegistry meters;
  private final String queue;
  private final Timer handling;
  private final Timer age;
  private final Counter receiveFailed;

  QueueMeters(MeterRegistry meters, String queue, InHand inHand) {
    this.meters = meters;
    this.queue = queue;
    this.handling = meters.timer(HANDLING, QUEUE, queue);
    this.age = meters.timer(AGE, QUEUE, queue);
    this.receiveFailed = meters.counter(RECEIVE_FAILED, QUEUE, queue);
    meters.gauge(IN_HAND, Tags.of(QUEUE, queue), inHand, InHand::size);
  }

  void receiveFailed() {
    receiveFailed.increment();
  }

  void handled(String outcome, Duration took) {
    meters.counter(MESSAGES, QUEUE, queue, "outcome", outcome).increment();
    handling.record(took);
  }

  /** A message has left the queue. */
  void gone(Duration sinceItWasSent) {
    // The clocks of SQS and of this machine differ a little.
    age.record(sinceItWasSent.isNegative() ? Duration.ZERO : sinceItWasSent);
  }
}
