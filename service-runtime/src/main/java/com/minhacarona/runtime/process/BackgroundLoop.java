package com.minhacarona.runtime.process;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats work beside the calls, on a thread of its own, until it is stopped. Logs each failure,
 * and begins the work again after a pause.
 */
public final class BackgroundLoop {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoop.class);

  /** The pause after a failure, so that a dependency that is away is not asked all the time. */
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

  /** How long {@link #stop} waits for work that it has interrupted. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Thread thread;
  private volatile boolean stopping;

  /** One round of the work. The loop begins the next one when this returns or throws. */
  @FunctionalInterface
  public interface Work {
    void run() throws InterruptedException;
  }

  private BackgroundLoop(String name, Work work) {
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> repeat(name, work));
  }

  public static BackgroundLoop start(String name, Work work) {
    BackgroundLoop loop = new BackgroundLoop(name, work);
    loop.thread.start();
    return loop;
  }

  /** Interrupts the work, and returns when it has ended. */
  public void stop() {
    stopping = true;
    thread.interrupt();
    try {
      if (!thread.join(STOP_TIMEOUT)) {
        LOG.warn("{} did not stop within {}", thread.getName(), STOP_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void repeat(String name, Work work) {
    while (!stopping) {
      try {
        work.run();
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        if (stopping || !pause(name, e)) {
          return;
        }
      }
    }
  }

  private static boolean pause(String name, RuntimeException trouble) {
    LOG.warn("{} begins anew: {}", name, trouble.toString());
    try {
      Thread.sleep(AFTER_TROUBLE);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }
}
