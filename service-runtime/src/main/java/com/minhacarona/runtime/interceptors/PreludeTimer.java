package com.minhacarona.runtime.interceptors;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a prelude before the task that is scheduled, on the same thread. {@code
 * Context.withDeadline} schedules the task that cancels the context, and gRPC resets the stream as
 * soon as it sees the context cancelled. With the prelude, our own answer goes out before.
 * Thread-safe.
 */
final class PreludeTimer extends AbstractExecutorService implements ScheduledExecutorService {
  private final DeadlineTimer timer;
  private final Runnable prelude;
  private volatile @Nullable ScheduledFuture<?> scheduled;

  PreludeTimer(DeadlineTimer timer, Runnable prelude) {
    this.timer = timer;
    this.prelude = prelude;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    ScheduledFuture<?> future =
        timer.schedule(
            () -> {
              try {
                prelude.run();
              } finally {
                task.run();
              }
            },
            delay,
            unit);
    scheduled = future;
    return future;
  }

  /** Forgets the task that was scheduled, if one was. */
  void cancel() {
    ScheduledFuture<?> future = scheduled;
    if (future != null) {
      future.cancel(false);
    }
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void execute(Runnable task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdown() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Runnable> shutdownNow() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }
}
