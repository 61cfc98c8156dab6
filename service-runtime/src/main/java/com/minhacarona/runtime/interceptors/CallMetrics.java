package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Counts each call once when it starts and once when it ends, and times those that are not streams.
 * Each meter is looked up once, not for each call. Thread-safe.
 */
final class CallMetrics {
  private final MeterRegistry meters;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, OfMethod> methods = new ConcurrentHashMap<>();

  @Inject
  CallMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.nanoTime = System::nanoTime;
  }

  /** Counts a call that begins, and is to be told of its end. */
  CallEnd begun(ServerCall<?, ?> call) {
    MethodDescriptor<?, ?> descriptor = call.getMethodDescriptor();
    String method = descriptor.getBareMethodName();
    OfMethod known = methods.get(method);
    OfMethod ofMethod =
        known != null
            ? known
            : methods.computeIfAbsent(
                method, name -> new OfMethod(name, descriptor.getType().serverSendsOneMessage()));
    long start = nanoTime.getAsLong();
    ofMethod.begun();
    return (status, _) -> ofMethod.ended(status.getCode(), start);
  }

  /** The meters of one method. */
  private final class OfMethod {
    private final String method;
    private final boolean timed;
    private final Counter started;
    private final AtomicInteger active = new AtomicInteger();
    private final ConcurrentMap<Status.Code, Ended> ended = new ConcurrentHashMap<>();

    OfMethod(String method, boolean timed) {
      this.method = method;
      this.timed = timed;
      this.started = meters.counter(CallMeters.STARTED, "method", method);
      if (!timed) {
        meters.gauge(CallMeters.ACTIVE_STREAMS, Tags.of("method", method), active);
      }
    }

    void begun() {
      started.increment();
      if (!timed) {
        active.incrementAndGet();
      }
    }

    void ended(Status.Code code, long start) {
      Ended known = ended.get(code);
      (known != null ? known : ended.computeIfAbsent(code, this::meters)).count(start);
      if (!timed) {
        active.decrementAndGet();
      }
    }

    private Ended meters(Status.Code code) {
      Tags tags = Tags.of("method", method, "status", code.name());
      Counter count = meters.counter(CallMeters.ENDED, tags);
      if (!timed) {
        return _ -> count.increment();
      }
      Timer duration = meters.timer(CallMeters.DURATION, tags);
      return start -> {
        count.increment();
        duration.record(nanoTime.getAsLong() - start, TimeUnit.NANOSECONDS);
      };
    }
  }

  /** Counts, and times if it is timed, what ended in one way. */
  private interface Ended {
    void count(long start);
  }
}
