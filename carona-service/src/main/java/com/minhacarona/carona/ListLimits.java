package com.minhacarona.carona;

import com.google.common.annotations.VisibleForTesting;
import com.google.inject.Inject;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** How much of a task lists may have at a time. Thread-safe. */
final class ListLimits {
  /**
   * Lists of all condominiums at a time. Each may be long, and only internal services ask for them,
   * a few at a time: with 400 of them, calls of others failed.
   */
  static final int OF_ALL = 8;

  private final Semaphore ofAll = new Semaphore(OF_ALL);
  private final StoreShare share;

  /** Lists have a share of the store's connections of their own, as large as that of streams. */
  @Inject
  ListLimits(DynamoDbConfig store) {
    this.share = new StoreShare(store);
  }

  /**
   * Lets a list begin.
   *
   * @return to be run once when the list is over
   * @throws io.grpc.StatusRuntimeException {@code SOBRECARGA} when it is one too many
   */
  Runnable begin(Filter filter) {
    if (filter.condominioId().isPresent()) {
      return () -> {};
    }
    if (!ofAll.tryAcquire()) {
      throw Errors.shed();
    }
    return ofAll::release;
  }

  /**
   * Reads a page when few other lists read theirs.
   *
   * @throws io.grpc.StatusRuntimeException {@code SOBRECARGA} when that takes too long
   */
  <T> T inTurn(Supplier<T> page) {
    return share.inTurn(page);
  }

  /** Within a turn, asks several questions at the same time, as far as others leave room. */
  <T> List<T> together(List<Supplier<T>> questions, ExecutorService threads) {
    return share.together(questions, threads);
  }

  /** How many more lists of all condominiums may begin. */
  @VisibleForTesting
  int left() {
    return ofAll.availablePermits();
  }
}
