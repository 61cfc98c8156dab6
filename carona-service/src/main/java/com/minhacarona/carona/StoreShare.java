package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
}
