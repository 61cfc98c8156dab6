package com.minhacarona.load;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Calls at a fixed rate for a fixed time, whether answers come or not, and keeps the latencies. The
 * clock of a call starts when the call is due, so that a late sender does not hide latency.
 */
public final class OpenLoop {
  private final ConcurrentLinkedQueue<Long> answered = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> refused = new ConcurrentLinkedQueue<>();
  private final Map<Status.Code, AtomicInteger> failures = new ConcurrentHashMap<>();
  private final AtomicInteger withRetryInfo = new AtomicInteger();
  private final Duration duration;

  private OpenLoop(Duration duration) {
    this.duration = duration;
  }

  public static OpenLoop run(int perSecond, Duration duration, Supplier<ListenableFuture<?>> call) {
    OpenLoop loop = new OpenLoop(duration);
    Phaser inFlight = new Phaser(1);
    long start = System.nanoTime();
    long calls = perSecond * duration.toMillis() / 1_000;
    for (long i = 0; i < calls; i++) {
      long due = start + i * 1_000_000_000L / perSecond;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      inFlight.register();
      Futures.addCallback(call.get(), loop.ended(due, inFlight), MoreExecutors.directExecutor());
    }
    inFlight.arriveAndAwaitAdvance();
    return loop;
  }

  private FutureCallback<Object> ended(long due, Phaser inFlight) {
    return new FutureCallback<>() {
      @Override
      public void onSuccess(Object answer) {
        answered.add(System.nanoTime() - due);
        inFlight.arriveAndDeregister();
      }

      @Override
      public void onFailure(Throwable failure) {
        Status.Code code = Status.fromThrowable(failure).getCode();
        if (code == Status.Code.RESOURCE_EXHAUSTED) {
          refused.add(System.nanoTime() - due);
          if (hasRetryInfo((StatusRuntimeException) failure)) {
            withRetryInfo.incrementAndGet();
          }
        }
        failures.computeIfAbsent(code, _ -> new AtomicInteger()).incrementAndGet();
        inFlight.arriveAndDeregister();
      }
    };
  }

  double goodput() {
    return answered.size() * 1e3 / duration.toMillis();
  }

  public int answered() {
    return answered.size();
  }

  public Map<Status.Code, AtomicInteger> failures() {
    return failures;
  }

  int refused() {
    return refused.size();
  }

  int refusedWithRetryInfo() {
    return withRetryInfo.get();
  }

  /** Milliseconds. */
  public double answeredPercentile(double percent) {
    return percentile(answered, percent);
  }

  /** Milliseconds. */
  double refusedPercentile(double percent) {
    return percentile(refused, percent);
  }

  private static double percentile(ConcurrentLinkedQueue<Long> nanos, double percent) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted.length == 0
        ? Double.NaN
        : Arrays.stream(sorted).skip((long) (sorted.length * percent / 100)).findFirst().orElse(0)
            / 1e6;
  }

  private static boolean hasRetryInfo(StatusRuntimeException failure) {
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    return details != null
        && details.getDetailsList().stream().anyMatch(detail -> detail.is(RetryInfo.class));
  }
}
