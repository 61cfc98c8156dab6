package com.minhacarona.carona;

import com.google.common.annotations.VisibleForTesting;
import com.google.inject.Inject;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.table.CaronaItem;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The present states of a condominium's rides, read once for all who ask for them at the same
 * moment. Whoever asks gets a reading that began later: one that is under way may miss a change
 * that was told before. So those who come meanwhile share the next one. Thread-safe.
 */
final class SharedSnapshots {
  /** A reading ends after this. A call waits for two of them at most. */
  static final Duration AT_MOST = Duration.ofSeconds(10);

  private final Snapshots snapshots;
  private final StoreShare share;
  private final ExecutorService executor;
  private final ScheduledExecutorService timer;
  private final Map<String, Readings> byCondominio = new HashMap<>();

  @Inject
  SharedSnapshots(
      Snapshots snapshots,
      StoreShare share,
      ExecutorService executor,
      ScheduledExecutorService timer) {
    this.snapshots = snapshots;
    this.share = share;
    this.executor = executor;
    this.timer = timer;
  }

  /** What is read of one condominium: now, and then for those who came after it had begun. */
  private static final class Readings {
    private @Nullable CompletableFuture<List<CaronaItem>> next;
    private int waiting;
  }

  /**
   * Reads the rides of a condominium, or waits for others to.
   *
   * @throws RuntimeException what the reading ended with
   */
  List<CaronaItem> of(String condominioId) {
    CompletableFuture<List<CaronaItem>> reading;
    synchronized (byCondominio) {
      Readings readings = byCondominio.get(condominioId);
      if (readings == null) {
        byCondominio.put(condominioId, new Readings());
        reading = new CompletableFuture<>();
        begin(condominioId, reading);
      } else {
        if (readings.next == null) {
          readings.next = new CompletableFuture<>();
        }
        readings.waiting++;
        reading = readings.next;
      }
    }
    return await(reading);
  }

  /**
   * On a thread and with a deadline of its own: the one who asked first may leave any time. To be
   * called with the lock held. A task that stops begins no reading, and refuses those who wait.
   */
  private void begin(String condominioId, CompletableFuture<List<CaronaItem>> reading) {
    try {
      executor.execute(() -> read(condominioId, reading));
    } catch (RejectedExecutionException _) {
      byCondominio.remove(condominioId);
      reading.completeExceptionally(Errors.shed());
    }
  }

  private void read(String condominioId, CompletableFuture<List<CaronaItem>> reading) {
    try (Context.CancellableContext context =
        Context.ROOT.withDeadline(
            Deadline.after(AT_MOST.toMillis(), TimeUnit.MILLISECONDS), timer)) {
      reading.complete(
          context.call(() ->
              share.inTurn(() -> snapshots.of(new Subscription(Set.of(), Set.of(condominioId))))));
    } catch (Throwable t) {
      reading.completeExceptionally(t);
    } finally {
      ended(condominioId);
    }
  }

  private void ended(String condominioId) {
    synchronized (byCondominio) {
      CompletableFuture<List<CaronaItem>> next = byCondominio.get(condominioId).next;
      if (next == null) {
        byCondominio.remove(condominioId);
      } else {
        byCondominio.put(condominioId, new Readings());
        begin(condominioId, next);
      }
    }
  }

  /** How many wait for the next reading of a condominium. */
  @VisibleForTesting
  int waiting(String condominioId) {
    synchronized (byCondominio) {
      Readings readings = byCondominio.get(condominioId);
      return readings == null ? 0 : readings.waiting;
    }
  }

  private static List<CaronaItem> await(CompletableFuture<List<CaronaItem>> reading) {
    try {
      // A reading may have to wait for the one before.
      Duration atMost = Deadlines.atMost(AT_MOST.multipliedBy(2));
      return reading.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw Errors.deadlineExceeded();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Errors.deadlineExceeded();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
