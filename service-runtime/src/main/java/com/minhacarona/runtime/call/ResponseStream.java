package com.minhacarona.runtime.call;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Answers a server-streaming call page by page, no faster than the client reads. Fetches the next
 * page while it sends one, and never holds more than these two.
 *
 * @param <T> the response message
 */
public final class ResponseStream<T> {
  private final ServerCallStreamObserver<T> responses;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private ResponseStream(ServerCallStreamObserver<T> responses) {
    this.responses = responses;
  }

  /**
   * Sends all pages and ends the call. Returns at once, so that a service method can call it.
   *
   * @param nextPage returns the next page, which may have no messages, or empty after the last one;
   *     an exception ends the call with its error. Runs on threads of {@code callExecutor}, one at
   *     a time, and not again once the call is over
   */
  public static <T> void send(
      StreamObserver<T> responses,
      ExecutorService callExecutor,
      Supplier<Optional<List<T>>> nextPage) {
    ResponseStream<T> stream = new ResponseStream<>((ServerCallStreamObserver<T>) responses);
    stream.responses.setOnReadyHandler(stream::changed);
    stream.responses.setOnCancelHandler(stream::changed);
    Context context = Context.current();
    callExecutor.execute(context.wrap(() -> stream.run(callExecutor, context, nextPage)));
  }

  private void run(
      ExecutorService callExecutor, Context context, Supplier<Optional<List<T>>> nextPage) {
    try {
      Optional<List<T>> page = nextPage.get();
      while (page.isPresent()) {
        Future<Optional<List<T>>> ahead = callExecutor.submit(context.wrap(nextPage::get));
        if (!sendAll(page.get())) {
          ahead.cancel(true);
          return;
        }
        page = ahead.get();
      }
      responses.onCompleted();
    } catch (ExecutionException e) {
      responses.onError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      responses.onError(e);
    } catch (Throwable t) {
      responses.onError(t);
    }
  }

  /** Returns false when the client has cancelled or the deadline has passed. */
  private boolean sendAll(List<T> page) throws InterruptedException {
    for (T message : page) {
      if (!awaitReady()) {
        return false;
      }
      responses.onNext(message);
    }
    return true;
  }

  private boolean awaitReady() throws InterruptedException {
    lock.lock();
    try {
      while (!responses.isReady() && !responses.isCancelled()) {
        changed.await();
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
