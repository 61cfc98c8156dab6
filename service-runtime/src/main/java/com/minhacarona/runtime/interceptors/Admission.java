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

  private final WorkLimit polls;
  private final WorkLimit work;
  private final RecentLatency pollLatency;
  private final RecentLatency workLatency;
  private final Shares streams = new Shares(MAX_STREAMS, MAX_STREAMS_OF_A_PEER);
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
    this.polls = new WorkLimit(limit(share, adaptive));
    this.work = new WorkLimit(limit(share, adaptive));
    this.pollLatency = new RecentLatency(nanoTime);
    this.workLatency = new RecentLatency(nanoTime);
  }

  /**
   * Lets a call whose request is there begin, or refuses it.
   *
   * @return empty when the call is refused
   * @throws io.grpc.StatusRuntimeException {@code DEADLINE_EXCEEDED} when it would not be answered
   *     in time
   */
  Optional<Permit> admit(ServerCall<?, ?> call) {
    MethodDescriptor<?, ?> method = call.getMethodDescriptor();
    return method.getType().serverSendsOneMessage() ? admitUnary(call) : admitStream(call);
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

  private Optional<Permit> admitUnary(ServerCall<?, ?> call) {
    boolean poll = polling.contains(call.getMethodDescriptor());
    RecentLatency latency = poll ? pollLatency : workLatency;
    if (!latency.fits(Deadlines.left())) {
      throw Errors.deadlineExceeded();
    }
    long start = nanoTime.getAsLong();
    return (poll ? polls : work)
        .take(call)
        .map(place ->
            status -> {
              long took = nanoTime.getAsLong() - start;
              WorkLimit.Sample sample =
                  took < FROM_MEMORY_NANOS || start < warmAt
                      ? WorkLimit.Sample.IGNORED
                      : sample(status.getCode());
              if (sample == WorkLimit.Sample.IN_TIME) {
                latency.add(took);
              }
              place.giveBack(sample);
            });
  }

  private static WorkLimit.Sample sample(Status.Code code) {
    return switch (code) {
      case DEADLINE_EXCEEDED, UNAVAILABLE, RESOURCE_EXHAUSTED -> WorkLimit.Sample.OVERLOADED;
      case CANCELLED, INVALID_ARGUMENT, INTERNAL, UNKNOWN -> WorkLimit.Sample.IGNORED;
      default -> WorkLimit.Sample.IN_TIME;
    };
  }

  private Optional<Permit> admitStream(ServerCall<?, ?> call) {
    return streams.take(call).map(place -> _ -> place.giveBack());
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
