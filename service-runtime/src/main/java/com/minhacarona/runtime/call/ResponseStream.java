package com.minhacarona.runtime.call;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Answers a server-streaming call page by page, no faster than the client reads. Fetches a page
 * when the one before is sent, so that a call which waits for its client holds one page at most.
 *
 * @param <T> the response message
 */
public final class ResponseStream<T> {
  /** A client that reads some 32 KB in this time is heard to the end; others have stopped. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServerCallStreamObserver<T> responses;
  private final Duration patience;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private ResponseStream(ServerCallStreamObserver<T> responses, Duration patience) {
    this.responses = responses;
    this.patience = patience;
  }

  /**
   * Sends all pages and ends the call. Returns at once, so that a service method can call it.
   *
   * @param nextPage returns the next page, which may have no messages, or empty after the last one;
   *     an exception ends the call with its error. Runs on a thread of {@code callExecutor}, and
   *     not again once the call is over
   */
  public static <T> void send(
      StreamObserver<T> responses,
      ExecutorService callExecutor,
      Supplier<Optional<List<T>>> nextPage) {
    send(responses, callExecutor, nextPage, () -> {});
  }

  /**
   * As {@link #send(StreamObserver, ExecutorService, Supplier)}, and runs {@code whenOver} once,
   * before the client is told of the end: when all is sent, when a page fails, when the call is
   * cancelled or past its deadline, or when the client has read next to nothing for two minutes.
   */
  public static <T> void send(
      StreamObserver<T> responses,
      ExecutorService callExecutor,
      Supplier<Optional<List<T>>> nextPage,
      Runnable whenOver) {
    send(responses, callExecutor, nextPage, whenOver, PATIENCE);
  }

  static <T> void send(
      StreamObserver<T> responses,
      ExecutorService callExecutor,
      Supplier<Optional<List<T>>> nextPage,
      Runnable whenOver,
      Duration patience) {
    ResponseStream<T> stream =
        new ResponseStream<>((ServerCallStreamObserver<T>) responses, patience);
    stream.responses.setOnReadyHandler(stream::changed);
    stream.responses.setOnCancelHandler(stream::changed);
    try {
      callExecutor.execute(Context.current().wrap(() -> stream.run(nextPage, whenOver)));
    } catch (Throwable t) {
      whenOver.run();
      throw t;
    }
  }

  private void run(Supplier<Optional<List<T>>> nextPage, Runnable whenOver) {
    try {
      boolean heard;
      try {
        heard = sendAll(nextPage);
      } finally {
        whenOver.run();
      }
      if (heard) {
        responses.onCompleted();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      responses.onError(e);
    } catch (Throwable t) {
      responses.onError(t);
    }
  }

  /** Returns false when the client has cancelled or the deadline has passed. */
  private boolean sendAll(Supplier<Optional<List<T>>> nextPage) throws InterruptedException {
    while (!responses.isCancelled()) {
      Optional<List<T>> page = nextPage.get();
      if (page.isEmpty()) {
        return true;
      }
      for (T message : page.get()) {
        if (!awaitReady()) {
          return false;
        }
        responses.onNext(message);
      }
    }
    return false;
  }

  private boolean awaitReady() throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (!responses.isReady() && !responses.isCancelled()) {
        if (left <= 0) {
          throw Errors.deadlineExceeded();
        }
        left = changed.awaitNanos(left);
      }
      return !responses.isCancelled();
    } finally {
      lock.unlock();
    }
  }

  private void changed() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
