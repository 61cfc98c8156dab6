package com.minhacarona.runtime.testing;

import com.minhacarona.runtime.call.Errors;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Checks that a call that writes tells the truth, under sequences of fates of its attempts. An
 * answer is compared with the table after the requests that were held up have arrived: "nothing was
 * changed" must still be true then. A repeat of the call without faults must have the effect once.
 */
public final class WriteCheck {
  /** More attempts than any call makes. */
  private static final int FOR_GOOD = 12;

  /** DynamoDB Local does not get faster with more. */
  private static final int AT_A_TIME = 32;

  private static final Set<String> PROMISE_NOTHING =
      Set.of(Errors.RESULTADO_DESCONHECIDO, Errors.PRAZO_ESGOTADO);

  private WriteCheck() {}

  /**
   * One call on items of its own.
   *
   * @param mark a text in its transactions, and in those of no other call
   * @param call makes the call; the same one each time
   * @param hasEffect whether the table shows its effect
   */
  public record Case(String mark, Runnable call, BooleanSupplier hasEffect) {}

  /**
   * Makes calls under all sequences of one or two fates, and some of three. After a sequence,
   * further attempts are carried out, and in a second call meet the last fate for good.
   *
   * @return a sentence for each answer that was not true
   */
  public static List<String> lies(DynamoDbProxy store, int ofThree, Supplier<Case> newCase)
      throws InterruptedException {
    Queue<String> lies = new ConcurrentLinkedQueue<>();
    Semaphore turns = new Semaphore(AT_A_TIME);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (List<StoreFate> sequence : StoreFate.sequences(List.of(StoreFate.values()), ofThree)) {
        for (List<StoreFate> fates : List.of(sequence, StoreFate.lastForGood(sequence, FOR_GOOD))) {
          turns.acquire();
          callers.execute(() -> {
            try {
              lie(store, fates, newCase.get())
                  .ifPresent(lie -> lies.add(sequence + " (" + fates.size() + "): " + lie));
            } catch (RuntimeException e) {
              lies.add(sequence + " (" + fates.size() + "): " + e);
            } finally {
              turns.release();
            }
          });
        }
      }
    }
    return List.copyOf(lies);
  }

  private static Optional<String> lie(DynamoDbProxy store, List<StoreFate> fates, Case one) {
    store.nextWith("TransactWriteItems", one.mark(), StoreFate.of(fates));
    String answer = answer(one);
    store.release(one.mark());
    boolean effect = one.hasEffect().getAsBoolean();
    String repeat = answer(one);
    boolean effectInTheEnd = one.hasEffect().getAsBoolean();
    return Stream.of(
            Optional.of("told OK, and it is not stored")
                .filter(_ -> answer.equals("OK") && !effect),
            Optional.of("told %s, and it is stored".formatted(answer))
                .filter(_ -> !answer.equals("OK") && !PROMISE_NOTHING.contains(answer) && effect),
            Optional.of("a repeat was told " + repeat).filter(_ -> !repeat.equals("OK")),
            Optional.of("a repeat did not have the effect").filter(_ -> !effectInTheEnd))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static String answer(Case one) {
    try {
      one.call().run();
      return "OK";
    } catch (StatusRuntimeException e) {
      Metadata trailers = Optional.ofNullable(e.getTrailers()).orElseGet(Metadata::new);
      return Errors.reason(e.getStatus(), trailers).orElse(e.getStatus().toString());
    }
  }
}
