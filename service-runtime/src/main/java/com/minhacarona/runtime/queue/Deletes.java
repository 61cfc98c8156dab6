package com.minhacarona.runtime.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes messages in batches, on a thread of its own. A message whose deletion is lost comes
 * again, which changes nothing. Thread-safe.
 */
final class Deletes {
  private static final Logger LOG = LoggerFactory.getLogger(Deletes.class);

  /** Further ones wait, and with them the reading. */
  private static final int MAX_WAITING = 1_000;

  /** How long the first of a batch waits for others. */
  private static final Duration COLLECT = Duration.ofMillis(5);

  /** After that the message is left to come again, so that others are deleted in time. */
  private static final int TRIES = 3;

  private static final Pauses BETWEEN_TRIES =
      new Pauses(Duration.ofMillis(100), Duration.ofSeconds(1));

  /** Is no receipt: nothing comes after it. */
  private static final String END = "";

  private final SqsQueue queue;
  private final RandomGenerator random;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread thread;

  Deletes(String name, SqsQueue queue, RandomGenerator random) {
    this.queue = queue;
    this.random = random;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Deletes a message soon. Waits while too many are to be deleted. */
  void add(String receipt) throws InterruptedException {
    waiting.put(receipt);
  }

  /** Deletes what was added before, unless that takes longer than this. */
  void stop(Duration most) throws InterruptedException {
    boolean ended = waiting.offer(END, most.toMillis(), TimeUnit.MILLISECONDS) && thread.join(most);
    if (!ended) {
      LOG.warn("Some messages come again, because they were not deleted within {}", most);
      thread.interrupt();
    }
  }

  private void run() {
    try {
      List<String> batch = new ArrayList<>();
      boolean more = true;
      while (more) {
        more = collect(batch);
        if (!batch.isEmpty()) {
          delete(List.copyOf(batch));
          batch.clear();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when nothing more comes. */
  private boolean collect(List<String> batch) throws InterruptedException {
    String next = waiting.take();
    while (next != null && !next.equals(END)) {
      batch.add(next);
      next = batch.size() == SqsQueue.BATCH ? null : another();
    }
    return next == null;
  }

  private @Nullable String another() throws InterruptedException {
    return waiting.poll(COLLECT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void delete(List<String> receipts) throws InterruptedException {
    List<String> left = receipts;
    for (int tried = 1; tried <= TRIES; tried++) {
      left = tryToDelete(left);
      if (left.isEmpty()) {
        return;
      }
      Thread.sleep(BETWEEN_TRIES.after(tried, random));
    }
    LOG.warn("{} messages come again, because they could not be deleted", left.size());
  }

  private List<String> tryToDelete(List<String> receipts) {
    try {
      return queue.delete(receipts);
    } catch (RuntimeException e) {
      LOG.warn("Could not delete {} messages yet: {}", receipts.size(), e.toString());
      return receipts;
    }
  }
}
