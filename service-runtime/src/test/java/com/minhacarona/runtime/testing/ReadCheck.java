package com.minhacarona.runtime.testing;

import com.minhacarona.runtime.call.Errors;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Checks what a call that reads is told, under sequences of fates of its attempts: an answer when
 * one of three attempts brings one, {@code SOBRECARGA} when the store was throttled, and {@code
 * INDISPONIVEL} when it never answered.
 */
public final class ReadCheck {
  private static final int AT_A_TIME = 64;

  /** More attempts than any call makes. */
  private static final int FOR_GOOD = 8;

  /** After so many of one kind of trouble a call gives up. */
  private static final int GIVES_UP = 3;

  private static final List<StoreFate> FATES =
      List.of(
          StoreFate.THROTTLED,
          StoreFate.PROVISIONED_THROUGHPUT_EXCEEDED,
          StoreFate.LOST,
          StoreFate.UNAVAILABLE,
          StoreFate.REFUSED_BY_A_PROXY,
          StoreFate.BODY_CUT_OFF);

  private static final List<StoreFate> THROTTLED = FATES.subList(0, 2);

  private ReadCheck() {}

  /**
   * One call.
   *
   * @param mark a text in its requests of the operation, and in those of no other call
   */
  public record Case(String operation, String mark, Runnable call) {}

  /**
   * Makes calls under all sequences of one or two fates, and some of three. After a sequence,
   * further attempts are answered, and in a second call meet the last fate for good.
   *
   * @return a sentence for each call that was told something else than it should
   */
  public static List<String> surprises(DynamoDbProxy store, int ofThree, Supplier<Case> newCase)
      throws InterruptedException {
    Queue<String> surprises = new ConcurrentLinkedQueue<>();
    Semaphore turns = new Semaphore(AT_A_TIME);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (List<StoreFate> sequence : StoreFate.sequences(FATES, ofThree)) {
        for (List<StoreFate> fates : List.of(sequence, StoreFate.lastForGood(sequence, FOR_GOOD))) {
          turns.acquire();
          callers.execute(() -> {
            try {
              Case one = newCase.get();
              store.nextWith(one.operation(), one.mark(), StoreFate.of(fates));
              String told = told(one.call());
              store.release(one.mark());
              if (!told.equals(expected(fates))) {
                surprises.add("%s: %s, not %s".formatted(fates, told, expected(fates)));
              }
            } finally {
              turns.release();
            }
          });
        }
      }
    }
    return List.copyOf(surprises);
  }

  private static String expected(List<StoreFate> fates) {
    long throttles = 0;
    long losses = 0;
    for (StoreFate fate : fates) {
      if (THROTTLED.contains(fate)) {
        throttles++;
      } else {
        losses++;
      }
      if (throttles == GIVES_UP || losses == GIVES_UP) {
        return throttles > 0 ? Errors.SOBRECARGA : Errors.INDISPONIVEL;
      }
    }
    return "OK";
  }

  private static String told(Runnable call) {
    try {
      call.run();
      return "OK";
    } catch (StatusRuntimeException e) {
      Metadata trailers = Optional.ofNullable(e.getTrailers()).orElseGet(Metadata::new);
      return Errors.reason(e.getStatus(), trailers).orElse(e.getStatus().toString());
    }
  }
}
