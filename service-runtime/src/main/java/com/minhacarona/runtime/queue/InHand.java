package com.minhacarona.runtime.queue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The messages in hand, from their receipt until SQS was told what becomes of them. */
final class InHand {
  private static final Logger LOG = LoggerFactory.getLogger(InHand.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition removed = lock.newCondition();
  private final Set<HeldMessage> held = new HashSet<>();

  void add(HeldMessage message) {
    lock.lock();
    try {
      held.add(message);
    } finally {
      lock.unlock();
    }
  }

  void remove(HeldMessage message) {
    lock.lock();
    try {
      held.remove(message);
      removed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    return all().size();
  }

  private List<HeldMessage> all() {
    lock.lock();
    try {
      return List.copyOf(held);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is room for a batch, and returns how many more may be in hand. A request for
   * each single message would cost several times as much; half of what may be in hand goes on
   * meanwhile.
   */
  int awaitRoom(IntSupplier limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (limit.getAsInt() - held.size() < batch(limit.getAsInt())) {
        removed.await();
      }
      return limit.getAsInt() - held.size();
    } finally {
      lock.unlock();
    }
  }

  private static int batch(int limit) {
    return Math.clamp(limit / 2, 1, SqsQueue.BATCH);
  }

  /** Waits until none is in hand; false when the time is over before. */
  boolean awaitNone(Duration most) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = most.toNanos();
      while (!held.isEmpty() && left > 0) {
        left = removed.awaitNanos(left);
      }
      return held.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Keeps all of them hidden. */
  void keep() {
    for (HeldMessage message : all()) {
      try {
        message.keep();
      } catch (RuntimeException e) {
        LOG.warn(
            "A message that is in hand may come again, message_id={}: {}",
            message.message().messageId(),
            e.toString());
      }
    }
  }

  void interrupt() {
    all().forEach(HeldMessage::interrupt);
  }

  /** Puts all of them back, at the same time, and returns when that is done or time is over. */
  void putBack(Duration most) throws InterruptedException {
    for (HeldMessage message : all()) {
      var _ =
          Thread.ofVirtual()
              .name("put-back")
              .start(() -> {
                message.putBack(Duration.ZERO);
                remove(message);
              });
    }
    awaitNone(most);
  }
}
