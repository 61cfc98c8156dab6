package com.minhacarona.runtime.testing;

import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Runs code as a call with a deadline does, on a clock that stands still. */
public final class WithinDeadline {
  /** A busy machine changes nothing. */
  private static final Deadline.Ticker STOPPED =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return 0;
        }
      };

  /** Runs it with so much time left; with less than none when {@code millis} is negative. */
  public static <T> T run(long millis, Callable<T> call) throws Exception {
    Deadline deadline = Deadline.after(millis, TimeUnit.MILLISECONDS, STOPPED);
    try (var timer = Executors.newSingleThreadScheduledExecutor();
        Context.CancellableContext context = Context.current().withDeadline(deadline, timer)) {
      return context.call(call);
    }
  }

  private WithinDeadline() {}
}
