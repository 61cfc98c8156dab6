package com.minhacarona.runtime.interceptors;

import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.FixedLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits the calls that run at a time, so that each of them is answered in time. The limit of unary
 * calls follows their latency. Methods that poll have a limit of their own, so that they cannot
 * crowd out the others. Streams have a fixed limit. Thread-safe.
 */
final class Admission {
  /** A stream holds some kilobytes, so this many fit into the smallest task beside all else. */
  private static final int MAX_STREAMS = 10_000;

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

  private final Limiter<Void> polls;
  private final Limiter<Void> work;
  private final RecentLatency pollLatency;
  private final RecentLatency workLatency;
  private final Semaphore streams = new Semaphore(MAX_STREAMS);
  private final Set<MethodDescriptor<?, ?>> polling;
  private final MeterRegistry meters;
  private final LongSupplier nanoTime;
  private final long warmAt;

  /**
   * A limit on the calls of one server.
   *
   * @param polling the methods that callers repeat to see whether something has changed
   * @param connections how many calls to the store there can be at a time
   * @param adaptive whether the limits follow the latency of calls; otherwise they are fixed
   */
  Admission(
      Set<MethodDescriptor<?, ?>> polling,
      int connections,
      boolean adaptive,
      MeterRegistry meters,
      LongSupplier nanoTime) {
    this.polling = polling;
    this.meters = meters;
    this.nanoTime = nanoTime;
    this.warmAt = nanoTime.getAsLong() + COLD_NANOS;
    // The two limits together are the store's connections: more calls would only wait for one.
    int share = polling.isEmpty() ? connections : Math.max(1, connections / 2);
    this.polls = SimpleLimiter.newBuilder().limit(limit(share, adaptive)).build();
    this.work = SimpleLimiter.newBuilder().limit(limit(share, adaptive)).build();
    this.pollLatency = new RecentLatency(nanoTime);
    this.workLatency = new RecentLatency(nanoTime);
  }

  /** Held by an admitted call until it ends. */
  interface Permit {
    void release(Status status);
  }

  /**
   * Lets a call begin, or refuses it.
   *
   * @return empty when the call is refused
   * @throws io.grpc.StatusRuntimeException {@code DEADLINE_EXCEEDED} when it would not be answered
   *     in time
   */
  Optional<Permit> admit(MethodDescriptor<?, ?> method) {
    Optional<Permit> permit =
        method.getType().serverSendsOneMessage() ? admitUnary(method) : admitStream();
    if (permit.isEmpty()) {
      meters.counter(CallMeters.SHED, "method", method.getBareMethodName()).increment();
    }
    return permit;
  }

  private Optional<Permit> admitUnary(MethodDescriptor<?, ?> method) {
    boolean poll = polling.contains(method);
    RecentLatency latency = poll ? pollLatency : workLatency;
    if (!latency.fits(Deadlines.left())) {
      throw Errors.deadlineExceeded();
    }
    long start = nanoTime.getAsLong();
    return (poll ? polls : work)
        .acquire(null)
        .map(listener ->
            status -> {
              long took = nanoTime.getAsLong() - start;
              if (took < FROM_MEMORY_NANOS || start < warmAt) {
                listener.onIgnore();
                return;
              }
              switch (status.getCode()) {
                case DEADLINE_EXCEEDED, UNAVAILABLE, RESOURCE_EXHAUSTED -> listener.onDropped();
                case CANCELLED, INVALID_ARGUMENT, INTERNAL, UNKNOWN -> listener.onIgnore();
                default -> {
                  latency.add(took);
                  listener.onSuccess();
                }
              }
            });
  }

  private Optional<Permit> admitStream() {
    return streams.tryAcquire() ? Optional.of(_ -> streams.release()) : Optional.empty();
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
