package com.minhacarona.runtime.queue;

import com.minhacarona.runtime.call.WorkPermits;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Receives messages, as many as may be in hand, and begins the handling of each when there is a
 * place for it among the server's calls. One request at a time does: if it takes 15 ms and brings
 * ten messages, that is 600 messages a second, which is an estimate and not measured on AWS.
 */
final class Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  private final String name;
  private final SqsQueue queue;
  private final QueueTimes times;
  private final InHand inHand;
  private final Pace pace;
  private final WorkPermits permits;
  private final Handling handling;
  private final QueueMeters meters;
  private final Clock steady;
  private final RandomGenerator random;
  private int failures;
  private volatile boolean leaving;

  Receiver(
      String name,
      SqsQueue queue,
      QueueTimes times,
      InHand inHand,
      Pace pace,
      WorkPermits permits,
      Handling handling,
      QueueMeters meters,
      Clock steady,
      RandomGenerator random) {
    this.name = name;
    this.queue = queue;
    this.times = times;
    this.inHand = inHand;
    this.pace = pace;
    this.permits = permits;
    this.handling = handling;
    this.meters = meters;
    this.steady = steady;
    this.random = random;
  }

  /**
   * Receives no more, whatever the SDK makes of the interrupt that follows.
   *
   * @return whether this is the first time: a second interrupt would hit what is put back
   */
  synchronized boolean leave() {
    boolean first = !leaving;
    leaving = true;
    return first;
  }

  /** Receives until its thread is interrupted after {@link #leave}, whatever goes wrong. */
  void run() {
    @Nullable Throwable failure = null;
    while (!leaving) {
      // Nothing that may fail is outside: without this thread the queue would not be read any more.
      try {
        if (failure != null) {
          pauseAfter(failure);
        }
        Thread.sleep(pace.pause());
        begin(receive(inHand.awaitRoom(pace::atATime)));
        failures = 0;
        failure = null;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      } catch (Throwable t) {
        failures++;
        failure = t;
      }
    }
  }

  /** The pauses bound how much is logged. */
  private void pauseAfter(Throwable failure) throws InterruptedException {
    try {
      if (failure instanceof SdkException) {
        meters.receiveFailed();
        LOG.warn(
            "Cannot read the queue {}, failure {} in a row: {}",
            name,
            failures,
            failure.toString());
      } else {
        LOG.error("The reading of queue {} failed, {} times in a row", name, failures, failure);
      }
    } finally {
      Thread.sleep(times.receive().after(failures, random));
    }
  }

  private Deque<HeldMessage> receive(int most) {
    Deque<HeldMessage> received = new ArrayDeque<>();
    queue
        .receive(most)
        .forEach(message -> received.add(new HeldMessage(message, queue, times, steady)));
    return received;
  }

  private void begin(Deque<HeldMessage> received) throws InterruptedException {
    try {
      received.forEach(inHand::add);
      Instant until = steady.instant().plus(times.visibility().dividedBy(2));
      while (!received.isEmpty()) {
        Optional<WorkPermits.Permit> permit = permits.tryAcquire();
        if (permit.isPresent()) {
          begin(received.element(), permit.get());
          received.remove();
        } else if (steady.instant().isBefore(until)) {
          Thread.sleep(times.place());
        } else {
          // Another task may have room then. SQS counts receives, so this must not go on and on.
          putBack(received);
        }
      }
    } finally {
      // Its thread was interrupted, because the reading stops.
      boolean interrupted = Thread.interrupted();
      putBack(received);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void begin(HeldMessage message, WorkPermits.Permit permit) {
    boolean started = false;
    try {
      var _ =
          Thread.ofVirtual()
              .name("message")
              .start(() -> {
                try {
                  handling.run(message, permit);
                } finally {
                  inHand.remove(message);
                }
              });
      started = true;
    } finally {
      if (!started) {
        permit.release(Status.UNKNOWN);
      }
    }
  }

  /** Lets them come again: at once when the reading stops, and after a pause otherwise. */
  private void putBack(Deque<HeldMessage> received) {
    while (!received.isEmpty()) {
      HeldMessage message = received.remove();
      int receives = Messages.receives(message.message());
      message.putBack(leaving ? Duration.ZERO : times.retry().after(receives, random));
      inHand.remove(message);
    }
  }
}
