package com.minhacarona.runtime.queue;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.WorkPermits;
import com.minhacarona.runtime.process.Steady;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Makes consumers of queues, which share a client and the places of the server's calls. */
public final class QueueConsumers {
  private final SqsClient sqs;
  private final WorkPermits permits;
  private final MeterRegistry meters;
  private final Clock clock;
  private final Clock steady;
  private final RandomGenerator random;
  private final ScheduledExecutorService deadlines;
  private final QueueTimes times;

  @Inject
  QueueConsumers(
      SqsClient sqs,
      WorkPermits permits,
      MeterRegistry meters,
      Clock clock,
      @Steady Clock steady,
      RandomGenerator random,
      ScheduledExecutorService deadlines,
      QueueTimes times) {
    this.sqs = sqs;
    this.permits = permits;
    this.meters = meters;
    this.clock = clock;
    this.steady = steady;
    this.random = random;
    this.deadlines = deadlines;
    this.times = times;
  }

  /**
   * A consumer that has not begun to read.
   *
   * @param name a word for meters and the log, such as {@code "letters"}
   */
  public QueueConsumer consumer(String name, QueueConfig config, MessageHandler handler) {
    SqsQueue queue = new SqsQueue(sqs, config, times);
    InHand inHand = new InHand();
    Deletes deletes = new Deletes("queue-" + name + "-deletes", queue, random);
    Pace pace = new Pace(config.concurrency(), times.probe(), random);
    QueueMeters queueMeters = new QueueMeters(meters, name, inHand);
    Handling handling =
        new Handling(
            handler,
            queue,
            times,
            deletes,
            pace,
            queueMeters,
            new MessageLines(name, System::nanoTime),
            clock,
            steady,
            random,
            deadlines);
    Receiver receiver =
        new Receiver(
            name, queue, times, inHand, pace, permits, handling, queueMeters, steady, random);
    return new QueueConsumer(name, times, receiver, inHand, deletes);
  }
}
