package com.minhacarona.runtime.interceptors;

import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.WorkPermits;
import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.FixedLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Limits the calls that run at a time, so that each of them is answered in time. The limit of unary
 * calls follows their latency. Methods that poll have a limit of their own, so that they cannot
 * crowd out the others. Streams have a fixed limit. Thread-safe.
 */
final class Admission implements WorkPermits {
  /** A stream holds some kilobytes, so this many fit into the smallest task beside all else. */
  static final int MAX_STREAMS = 10_000;

  /** A node of a load balancer carries half of all streams at most, if there are two. */
  static final int MAX_STREAMS_OF_A_PEER = MAX_STREAMS / 2;

  /** A call that is answered sooner did not ask the store, so it does not count as a sample. */
  private static final long FROM_MEMORY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final int MIN_LIMIT = 4;

  /** The code of a new process is slow for this long, so its latency does not count either. */
  private static final long COLD_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** How many times longer calls may take now than they do in the long run. */
  private static final double TOLERANCE = 1.2;

  private static final Duration WINDOW = Duration.ofMillis(100);

  /** The number of windows in the long run, which is ten minutes. */
  private static final int LONG_RUN_WINDOWS = 6_000;

  /** A call may wait for its place for one part in so many of the time that it has. */
  static final int PART_TO_WAIT = 4;

  /** Made once, because a refusal must cost next to nothing. */
  private final StatusRuntimeException shed = Errors.shed();

  private final WorkLimit polls;
  private final WorkLimit work;
  private final RecentLatency pollLatency;
  private final RecentLatency workLatency;
  private final Shares streams = new Shares(MAX_STREAMS, MAX_STREAMS_OF_A_PEER);
  private final Set<String> polling;
  private final MeterRegistry meters;
  private final LongSupplier nanoTime;
  private final long warmAt;

  /**
   * A limit on the calls of one server.
   *
   * @param polling the methods that callers repeat to see whether something has changed
   * @param connections how many calls to the store there can be at a time
   * @param later ends the patience of a call that waits
   * @param adaptive whether the limits follow the latency of calls; otherwise they are fixed
   */
  Admission(
      Set<String> polling,
      int connections,
      boolean adaptive,
      MeterRegistry meters,
      LongSupplier nanoTime,
      Later later) {
    this.polling = polling;
    this.meters = meters;
    this.nanoTime = nanoTime;
    this.warmAt = nanoTime.getAsLong() + COLD_NANOS;
    // The two limits together are the store's connections: more calls would only wait for one.
    int share = polling.isEmpty() ? connections : Math.max(1, connections / 2);
    this.polls = new WorkLimit(limit(share, adaptive), nanoTime, later);
    this.work = new WorkLimit(limit(share, adaptive), nanoTime, later);
    this.pollLatency = new RecentLatency(nanoTime);
    this.workLatency = new RecentLatency(nanoTime);
  }

  /**
   * Gives a call whose request is there a permit. A unary call may wait for it, on another thread,
   * for a part of the time that it has.
   *
   * @param refused is told the error for the caller instead: that there is no place, or that the
   *     call would not be answered in time
   * @return withdraws the call if it still waits, so that it hears neither; to be run when the call
   *     is over
   */
  Runnable admit(
      ServerCall<?, ?> call, Consumer<Permit> admitted, Consumer<StatusRuntimeException> refused) {
    MethodDescriptor<?, ?> method = call.getMethodDescriptor();
    Runnable noPlace = () -> refused.accept(counted(method, shed));
    if (!method.getType().serverSendsOneMessage()) {
      streams.take(call).ifPresentOrElse(place -> admitted.accept(_ -> place.giveBack()), noPlace);
      return WorkLimit.NOTHING_WAITS;
    }
    boolean poll = polling.contains(method.getFullMethodName());
    RecentLatency latency = poll ? pollLatency : workLatency;
    Optional<Duration> left = Deadlines.left();
    if (!latency.fits(left)) {
      refused.accept(Errors.deadlineExceeded());
      return WorkLimit.NOTHING_WAITS;
    }
    long patience = left.orElse(CallLimits.UNARY_DEADLINE).toNanos() / PART_TO_WAIT;
    return (poll ? polls : work)
        .take(call, patience, place -> admitted.accept(permit(place, latency)), noPlace);
  }

  /** How many calls wait for a place. */
  int waiting() {
    return polls.waiting() + work.waiting();
  }

  /**
   * A place among unary calls that do not poll. How long the work took is no sample: it may do what
   * no call does, such as sending a letter, and the limit would follow that. Only a store that
   * cannot carry it lowers the limit.
   */
  @Override
  public Optional<Permit> tryAcquire() {
    return work.takeBehindCalls()
        .map(place ->
            status ->
                place.giveBack(
                    sample(status.getCode()) == WorkLimit.Sample.OVERLOADED
                        ? WorkLimit.Sample.OVERLOADED
                        : WorkLimit.Sample.IGNORED));
  }

  /** Counts a call that is refused, and returns the refusal. */
  StatusRuntimeException counted(MethodDescriptor<?, ?> method, StatusRuntimeException refusal) {
    meters.counter(CallMeters.SHED, "method", method.getBareMethodName()).increment();
    return refusal;
  }

  /** How long a call waited for its place is no sample: it says nothing of the store. */
  private Permit permit(WorkLimit.Place place, RecentLatency latency) {
    long start = nanoTime.getAsLong();
    return status -> {
      long took = nanoTime.getAsLong() - start;
      WorkLimit.Sample sample =
          took < FROM_MEMORY_NANOS || start < warmAt
              ? WorkLimit.Sample.IGNORED
              : sample(status.getCode());
      if (sample == WorkLimit.Sample.IN_TIME) {
        latency.add(took);
      }
      place.giveBack(sample);
    };
  }

  private static WorkLimit.Sample sample(Status.Code code) {
    return switch (code) {
      case DEADLINE_EXCEEDED, UNAVAILABLE, RESOURCE_EXHAUSTED -> WorkLimit.Sample.OVERLOADED;
      case CANCELLED, INVALID_ARGUMENT, INTERNAL, UNKNOWN -> WorkLimit.Sample.IGNORED;
      default -> WorkLimit.Sample.IN_TIME;
    };
  }

  private static Limit limit(int max, boolean adaptive) {
    return adaptive
        ? WindowedLimit.newBuilder()
            .minWindowTime(WINDOW.toNanos(), TimeUnit.NANOSECONDS)
            .build(
                Gradient2Limit.newBuilder()
                    .initialLimit(max)
                    .minLimit(Math.min(MIN_LIMIT, max))
                    .maxConcurrency(max)
                    .rttTolerance(TOLERANCE)
                    .longWindow(LONG_RUN_WINDOWS)
                    .build())
        : FixedLimit.of(max);
  }
}
