package com.minhacarona.runtime.interceptors;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks at their time, nearly all of which are cancelled within a moment. Only what is older
 * than a moment gets a timer, so that a call which is answered from memory costs a place in a queue
 * and no more. Thread-safe.
 */
final class DeadlineTimer {
  /** Longer than it takes to answer from memory. */
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final ScheduledExecutorService timer;
  private final Queue<Task> young = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean awaited = new AtomicBoolean();

  DeadlineTimer(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** Runs the task after the delay, unless the future is cancelled before. */
  ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    long nanos = unit.toNanos(delay);
    if (nanos <= 2 * MOMENT_NANOS) {
      return timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }
    Task late = new Task(task, System.nanoTime() + nanos);
    young.add(late);
    if (!awaited.get() && awaited.compareAndSet(false, true)) {
      var _ = timer.schedule(this::handOver, MOMENT_NANOS, TimeUnit.NANOSECONDS);
    }
    return late;
  }

  private void handOver() {
    // Whoever comes from now on waits for the next time.
    awaited.set(false);
    Task task;
    while ((task = young.poll()) != null) {
      task.handTo(timer);
    }
  }

  private static final class Task implements ScheduledFuture<Object> {
    private final long at;
    private @Nullable Runnable task;
    private @Nullable Future<?> scheduled;

    Task(Runnable task, long at) {
      this.task = task;
      this.at = at;
    }

    synchronized void handTo(ScheduledExecutorService timer) {
      if (task != null) {
        scheduled = timer.schedule(task, at - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    }

    @Override
    public synchronized boolean cancel(boolean mayInterruptIfRunning) {
      // What the task holds must not be kept until the queue is read.
      task = null;
      return scheduled == null || scheduled.cancel(mayInterruptIfRunning);
    }

    @Override
    public synchronized boolean isCancelled() {
      return task == null;
    }

    @Override
    public synchronized boolean isDone() {
      return task == null || (scheduled != null && scheduled.isDone());
    }

    @Override
    public Object get() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object get(long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
