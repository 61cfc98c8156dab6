package com.minhacarona.carona;

import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.table.CaronaItem;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A read of a ride that is under way, which others wait for. Thread-safe. */
final class SharedRead {
  /** No call waits longer than its deadline, and each call has one. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final CompletableFuture<Optional<CaronaItem>> told = new CompletableFuture<>();
  private final Instant began;

  SharedRead(Instant began) {
    this.began = began;
  }

  Instant began() {
    return began;
  }

  void tell(Optional<CaronaItem> carona) {
    told.complete(carona);
  }

  void fail(StatusRuntimeException failure) {
    told.completeExceptionally(failure);
  }

  /**
   * Waits for what the read finds, as long as the current call may take.
   *
   * @throws StatusRuntimeException the error with which the read failed, or this call's own end
   */
  Optional<CaronaItem> await() {
    try {
      return told.get(Deadlines.atMost(LONGEST).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      throw Errors.deadlineExceeded();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw Errors.unavailable();
    } catch (ExecutionException e) {
      // All that a read fails with was translated before.
      throw (StatusRuntimeException) e.getCause();
    }
  }
}
