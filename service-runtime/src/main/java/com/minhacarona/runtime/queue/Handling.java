package com.minhacarona.runtime.queue;

import com.minhacarona.runtime.call.CallRecord;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.TraceId;
import com.minhacarona.runtime.call.WorkPermits;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Lets the handler of one queue handle messages, and does with each what the handler says.
 * Thread-safe.
 */
final class Handling {
  private static final Logger LOG = LoggerFactory.getLogger(Handling.class);

  private final MessageHandler handler;
  private final SqsQueue queue;
  private final QueueTimes times;
  private final Deletes deletes;
  private final Pace pace;
  private final QueueMeters meters;
  private final MessageLines lines;
  private final Faults faults = new Faults();
  private final TraceId traceId;
  private final Clock clock;
  private final Clock steady;
  private final RandomGenerator random;
  private final ScheduledExecutorService deadlines;

  Handling(
      MessageHandler handler,
      SqsQueue queue,
      QueueTimes times,
      Deletes deletes,
      Pace pace,
      QueueMeters meters,
      MessageLines lines,
      Clock clock,
      Clock steady,
      RandomGenerator random,
      ScheduledExecutorService deadlines) {
    this.handler = handler;
    this.queue = queue;
    this.times = times;
    this.deletes = deletes;
    this.pace = pace;
    this.meters = meters;
    this.lines = lines;
    this.traceId = new TraceId(clock, random);
    this.clock = clock;
    this.steady = steady;
    this.random = random;
    this.deadlines = deadlines;
  }

  /** Handles a message on the current thread, from its beginning to its end. */
  void run(HeldMessage held, WorkPermits.Permit permit) {
    Place place = new Place(permit);
    try {
      run(held, place);
    } catch (Throwable t) {
      LOG.error("A message met a fault, message_id={}", held.message().messageId(), t);
      // Does nothing when it is over, and only the telling of it failed.
      if (held.putBack(times.retry().after(Messages.receives(held.message()), random))) {
        meters.handled(Ending.fault().outcome(), Duration.ZERO);
      }
    } finally {
      place.release(Status.UNKNOWN);
    }
  }

  private void run(HeldMessage held, Place place) {
    CallRecord known = new CallRecord();
    Context.CancellableContext context =
        known
            .attach(traceId.attach(Context.ROOT, Messages.trace(held.message())))
            .withDeadlineAfter(times.handling().toNanos(), TimeUnit.NANOSECONDS, deadlines);
    context.run(() -> new Task(held, place, known).run());
    context.cancel(null);
  }

  /** A place among the calls, which is given back once. For one thread. */
  private static final class Place {
    private final WorkPermits.Permit permit;
    private boolean released;

    Place(WorkPermits.Permit permit) {
      this.permit = permit;
    }

    boolean isReleased() {
      return released;
    }

    /** Does nothing the second time. */
    void release(Status status) {
      if (!released) {
        released = true;
        permit.release(status);
      }
    }
  }

  /** The handling of one message. */
  private final class Task {
    private final HeldMessage held;
    private final Place place;
    private final CallRecord known;
    private final QueueMessage message;
    private final Instant began = steady.instant();
    private Duration took = Duration.ZERO;

    Task(HeldMessage held, Place place, CallRecord known) {
      this.held = held;
      this.place = place;
      this.known = known;
      this.message = Messages.read(held.message());
    }

    void run() {
      Ending ending = handle();
      Duration age = Duration.between(message.sentAt(), clock.instant());
      meters.handled(ending.outcome(), took);
      if (ending.gone()) {
        meters.gone(age);
      }
      lines.write(message, ending, took, age, known);
    }

    private Ending handle() {
      held.handlerBegins();
      try {
        Verdict verdict = Objects.requireNonNull(handler.handle(message), "the handler's verdict");
        handled(verdict instanceof Verdict.Trouble e ? Troubles.status(e.cause()) : Status.OK);
        return settle(verdict);
      } catch (Throwable t) {
        handled(Troubles.status(t));
        return thrown(t);
      }
    }

    /** Gives the place among the calls back before SQS is told. Does nothing the second time. */
    private void handled(Status status) {
      if (!place.isReleased()) {
        held.handlerEnded();
        took = Duration.between(began, steady.instant());
        place.release(status);
      }
    }

    private Ending settle(Verdict verdict) {
      return switch (verdict) {
        case Verdict.Done done -> {
          pace.success();
          yield delete(Ending.done(done.outcome()));
        }
        case Verdict.Later later -> {
          pace.success();
          yield putBack(later.delay(), Ending.later(later.outcome()));
        }
        case Verdict.Trouble trouble -> trouble(trouble.cause());
        case Verdict.Poison poison -> deadLetter(poison, Status.INVALID_ARGUMENT);
      };
    }

    private Ending thrown(Throwable thrown) {
      return held.interrupted() || Troubles.isTrouble(thrown) ? trouble(thrown) : fault(thrown);
    }

    private Ending trouble(Throwable cause) {
      if (held.interrupted()) {
        return putBack(Duration.ZERO, Ending.released());
      }
      pace.trouble();
      LOG.warn(
          "A message comes again, message_id={}, trace_id={}: {}",
          message.id(),
          TraceId.current(),
          cause.toString());
      return retry(Ending.trouble(Troubles.status(cause)));
    }

    private Ending fault(Throwable fault) {
      LOG.error(
          "A message met a fault, message_id={}, trace_id={}",
          message.id(),
          TraceId.current(),
          fault);
      return faults.tooMany(message.id())
          ? deadLetter(
              new Verdict.Poison(
                  Errors.ERRO_INTERNO,
                  "A fault of the service, not of the message, came %s times: %s, trace_id=%s"
                      .formatted(Faults.MAX_FAULTS, fault.getClass().getName(), TraceId.current())),
              Status.INTERNAL)
          : retry(Ending.fault());
    }

    private Ending deadLetter(Verdict.Poison poison, Status status) {
      try {
        queue.sendToDeadLetters(message.body(), DeadLetter.attributes(held.message(), poison));
      } catch (SdkException e) {
        return trouble(e);
      }
      return delete(Ending.poison(poison.reason(), status));
    }

    private Ending delete(Ending ending) {
      if (!held.end()) {
        return Ending.released();
      }
      try {
        deletes.add(held.message().receiptHandle());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      return ending;
    }

    private Ending retry(Ending ending) {
      return putBack(times.retry().after(message.receives(), random), ending);
    }

    private Ending putBack(Duration delay, Ending ending) {
      return held.putBack(delay) ? ending : Ending.released();
    }
  }
}
