package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Changes items that must be read first. It reads, decides, and writes on condition that the items
 * are still as they were read. When they are not, somebody else won the race, and it reads again
 * after a pause. Thread-safe.
 */
public final class ReadModifyWrite {
  private final Transactions transactions;
  private final RandomGenerator random;

  @Inject
  ReadModifyWrite(Transactions transactions, RandomGenerator random) {
    this.transactions = transactions;
    this.random = random;
  }

  /** The decision after one reading. */
  public sealed interface Decision<R> {}

  /** Write nothing: the items are as the request wants them. */
  public record Already<R>(R result) implements Decision<R> {}

  /** Write nothing: the request is refused. */
  public record Refused<R>(R result) implements Decision<R> {}

  /**
   * Write these items in one transaction.
   *
   * @param items with conditions that fail when the items are not as they were read any more
   * @param committed gives the result once they are written; it is not called otherwise
   */
  public record Write<R>(List<TransactWriteItem> items, Supplier<R> committed)
      implements Decision<R> {}

  /**
   * Reads and decides until nothing is to be written or the write succeeds.
   *
   * @param readAndDecide reads anew each time it is called
   * @param afterLostRace the pauses, and so the bound, of the repetitions
   * @throws io.grpc.StatusRuntimeException {@code ABORTED CONFLITO} when each race was lost; else
   *     as {@link Writing#write}
   */
  public <R> R run(Supplier<Decision<R>> readAndDecide, Backoff afterLostRace) {
    return transactions.carryOut(writing -> {
      for (int retry = 0; ; retry++) {
        switch (readAndDecide.get()) {
          case Already<R>(var result) -> {
            return result;
          }
          case Refused<R>(var result) -> {
            return writing.negative(result);
          }
          case Write<R>(var items, var committed) -> {
            switch (writing.write(items)) {
              case Committed _ -> {
                return committed.get();
              }
              case ConditionFailed _ -> {
                if (!afterLostRace.pause(retry, random)) {
                  throw Errors.conflict();
                }
              }
            }
          }
        }
      }
    });
  }
}
