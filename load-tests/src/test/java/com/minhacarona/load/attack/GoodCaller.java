package com.minhacarona.load.attack;

import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.minhacarona.runtime.call.Errors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Calls at a fixed rate on its one connection, in turns the service's own method and health, from
 * its construction on. Whether it is answered must not depend on what others do.
 */
final class GoodCaller implements AutoCloseable {
  /** Far less than a task can do. */
  private static final int PER_SECOND = 50;

  /** For the last call to begin. */
  private static final long PATIENCE_SECONDS = 5;

  private final ManagedChannel channel;
  private final Channel inTime;
  private final Duration deadline;
  private final Function<Channel, ListenableFuture<?>> method;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  GoodCaller(
      int port,
      ChannelCredentials credentials,
      Function<Channel, ListenableFuture<?>> method,
      Duration deadline) {
    this.method = method;
    this.deadline = deadline;
    channel = Grpc.newChannelBuilderForAddress("127.0.0.1", port, credentials).build();
    inTime = ClientInterceptors.intercept(channel, deadline(deadline));
    long period = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
    var _ = clock.scheduleAtFixedRate(this::call, 0, period, TimeUnit.NANOSECONDS);
  }

  /** Returns when so many calls have ended that began from then on; fails after a minute. */
  void awaitCalls(long fromNanos, int number) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> calls.stream().filter(call -> call.begun() - fromNanos >= 0).count() >= number);
  }

  /** Makes no more calls, and returns when all have ended. */
  void finish() throws InterruptedException {
    clock.shutdown();
    if (!clock.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a call is being made");
    }
    await().atMost(deadline.multipliedBy(2)).until(() -> done.get() == begun.get());
  }

  int count() {
    return calls.size();
  }

  /** How many calls failed, by status and reason, or by description if there is no reason. */
  Map<String, Integer> failures() {
    Map<String, Integer> failures = new TreeMap<>();
    calls.stream()
        .flatMap(call -> call.failure().stream())
        .forEach(failure -> failures.merge(failure, 1, Integer::sum));
    return failures;
  }

  /**
   * The 99th percentile of the calls that began in this time, in milliseconds; the failed ones
   * count, too.
   */
  double p99Millis(long fromNanos, long toNanos) {
    List<Long> sorted =
        calls.stream()
            .filter(call -> call.begun() - fromNanos >= 0 && call.begun() - toNanos < 0)
            .map(call -> call.ended() - call.begun())
            .sorted()
            .toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() * 99 / 100) / 1e6;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    channel.shutdownNow();
  }

  private void call() {
    long start = System.nanoTime();
    boolean health = begun.getAndIncrement() % 2 == 0;
    ListenableFuture<?> answer =
        health
            ? HealthGrpc.newFutureStub(inTime).check(HealthCheckRequest.getDefaultInstance())
            : method.apply(inTime);
    Futures.addCallback(
        answer,
        new FutureCallback<Object>() {
          @Override
          public void onSuccess(Object result) {
            end(start, Optional.empty());
          }

          @Override
          public void onFailure(Throwable failure) {
            end(start, Optional.of(named(failure)));
          }
        },
        MoreExecutors.directExecutor());
  }

  private static ClientInterceptor deadline(Duration deadline) {
    return new ClientInterceptor() {
      @Override
      public <A, B> ClientCall<A, B> interceptCall(
          MethodDescriptor<A, B> method, CallOptions options, Channel next) {
        return next.newCall(
            method, options.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS));
      }
    };
  }

  private void end(long start, Optional<String> failure) {
    calls.add(new Call(start, System.nanoTime(), failure));
    done.incrementAndGet();
  }

  private static String named(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    Optional<String> reason =
        Optional.ofNullable(Status.trailersFromThrowable(failure))
            .flatMap(trailers -> Errors.reason(status, trailers));
    String because = reason.orElse(String.valueOf(status.getDescription()));
    return "%s %.40s".formatted(status.getCode(), because);
  }

  private record Call(long begun, long ended, Optional<String> failure) {}
}
