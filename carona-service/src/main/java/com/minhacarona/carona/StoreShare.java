package com.minhacarona.carona;

import com.google.common.base.Throwables;
import com.google.inject.Inject;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import io.grpc.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The part of the store's connections that one kind of work may use at a time: commands of update
 * streams have one, lists another. The rest is for calls with a target for their latency.
 * Thread-safe.
 */
final class StoreShare {
  /** A quarter, so that other calls find a connection however much of this work there is. */
  private static final int PART = 4;

  /** What would wait longer is refused, and its client repeats it. */
  static final Duration WAIT = Duration.ofSeconds(5);

  /** So that one list of all condominiums does not take the whole share. */
  static final int AT_A_TIME = 8;

  private final Semaphore places;

  @Inject
  StoreShare(DynamoDbConfig store) {
    this.places = new Semaphore(Math.max(1, store.maxConnections() / PART));
  }

  /**
   * Asks the store when few others do.
   *
   * @throws io.grpc.StatusRuntimeException {@code SOBRECARGA} when that takes too long
   */
  <T> T inTurn(Supplier<T> question) {
    try {
      if (!places.tryAcquire(Deadlines.atMost(WAIT).toMillis(), TimeUnit.MILLISECONDS)) {
        throw Errors.shed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Errors.shed();
    }
    try {
      return question.get();
    } finally {
      places.release();
    }
  }

  /**
   * Asks the store several questions, as many at a time as there are places left, {@link
   * #AT_A_TIME} at most. To be called within a turn: it has one place, and never waits for more.
   *
   * @return the answers in the order of the questions
   */
  <T> List<T> together(List<Supplier<T>> questions, ExecutorService threads) {
    List<T> answers = new ArrayList<>(Collections.nCopies(questions.size(), null));
    AtomicInteger asked = new AtomicInteger();
    Runnable ask =
        () -> {
          for (int i = asked.getAndIncrement(); i < answers.size(); i = asked.getAndIncrement()) {
            answers.set(i, questions.get(i).get());
          }
        };
    List<CompletableFuture<Void>> helping = new ArrayList<>();
    int helpers = Math.min(questions.size(), AT_A_TIME) - 1;
    try {
      while (helping.size() < helpers && places.tryAcquire()) {
        helping.add(help(ask, threads));
      }
      ask.run();
    } finally {
      asked.set(answers.size()); // After a fault, nobody asks on.
      helping.forEach(helper -> helper.handle((_, _) -> true).join());
    }
    try {
      helping.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw e;
    }
    return answers;
  }

  /** Asks on another thread, and gives the place of it back. */
  private CompletableFuture<Void> help(Runnable ask, ExecutorService threads) {
    try {
      return CompletableFuture.runAsync(Context.current().wrap(ask), threads)
          .whenComplete((_, _) -> places.release());
    } catch (RejectedExecutionException e) {
      places.release();
      throw e;
    }
  }
}
