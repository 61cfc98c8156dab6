package com.minhacarona.runtime.dynamodb;

import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.runtime.dynamodb.Transactions.Outcome;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * The transactions of one request, with what is known of their effect. Made by {@link
 * Transactions#carryOut}. Not thread-safe.
 */
public final class Writing {
  // The codes of cancellation reasons are listed in the API reference of TransactWriteItems.
  static final String CONDITION_FAILED = "ConditionalCheckFailed";
  private static final String CONFLICT = "TransactionConflict";
  private static final List<String> THROTTLED =
      List.of("ThrottlingError", "ProvisionedThroughputExceeded");

  /** The pauses are short, because a conflict lasts only as long as the other transaction. */
  private static final Backoff AFTER_CONFLICT =
      new Backoff(Duration.ofMillis(5), Duration.ofMillis(40), 5);

  private final DynamoDbClient dynamoDb;
  private final DynamoDbBudget budget;
  private final RandomGenerator random;
  private final Counter conflicts;
  private final Counter throttled;
  private boolean certain = true;

  Writing(
      DynamoDbClient dynamoDb,
      DynamoDbBudget budget,
      RandomGenerator random,
      Counter conflicts,
      Counter throttled) {
    this.dynamoDb = dynamoDb;
    this.budget = budget;
    this.random = random;
    this.conflicts = conflicts;
    this.throttled = throttled;
  }

  /**
   * Whether all attempts of this request that failed, in any of its transactions, are known to have
   * had no effect.
   */
  public boolean isCertain() {
    return certain;
  }

  /**
   * A result that says that this request changed nothing.
   *
   * @throws io.grpc.StatusRuntimeException when that is not certain
   */
  public <R> R negative(R result) {
    if (!certain) {
      throw Errors.outcomeUnknown();
    }
    return result;
  }

  /**
   * Writes all of the items or none. Repeats after conflicts, throttling and lost answers while the
   * caller's deadline lasts. All attempts carry one {@code ClientRequestToken}, so DynamoDB writes
   * the items once even if it carries out several of the attempts.
   *
   * @throws io.grpc.StatusRuntimeException {@code ABORTED CONFLITO}, {@code RESOURCE_EXHAUSTED
   *     SOBRECARGA} or {@code UNAVAILABLE INDISPONIVEL} when nothing was written, {@code
   *     UNAVAILABLE RESULTADO_DESCONHECIDO} when the answer was lost, {@code DEADLINE_EXCEEDED}
   *     when there was no time for an attempt
   */
  public Outcome write(List<TransactWriteItem> items) {
    String token = new UUID(random.nextLong(), random.nextLong()).toString();
    int conflictsMet = 0;
    int throttles = 0;
    int losses = 0;
    while (true) {
      try {
        dynamoDb.transactWriteItems(r ->
            r.clientRequestToken(token)
                .transactItems(items)
                .overrideConfiguration(budget.transaction()));
        return new Committed();
      } catch (TransactionCanceledException e) {
        List<CancellationReason> reasons = e.cancellationReasons();
        // A failed condition is an answer, so it comes first. Throttling comes before a conflict,
        // because it needs the longer pauses.
        if (has(reasons, List.of(CONDITION_FAILED))) {
          return new ConditionFailed(reasons);
        } else if (has(reasons, THROTTLED)) {
          throttled.increment();
          pause(Reads.AFTER_THROTTLING, throttles++, Errors.throttled());
        } else if (has(reasons, List.of(CONFLICT))) {
          conflicts.increment();
          pause(AFTER_CONFLICT, conflictsMet++, Errors.conflict());
        } else {
          throw e;
        }
      } catch (SdkException e) {
        switch (Trouble.of(e)) {
          case THROTTLED -> pause(Reads.AFTER_THROTTLING, throttles++, Errors.throttled());
          case NOT_SENT -> pause(Reads.AFTER_LOSS, losses++, Errors.unavailable());
          case NO_ANSWER -> {
            certain = false;
            pause(Reads.AFTER_LOSS, losses++, e);
          }
          case REFUSED -> throw e;
        }
      }
    }
  }

  private void pause(Backoff backoff, int retry, RuntimeException otherwise) {
    if (!backoff.pause(retry, random)) {
      throw otherwise;
    }
  }

  private static boolean has(List<CancellationReason> reasons, List<String> codes) {
    return reasons.stream().anyMatch(reason -> codes.contains(reason.code()));
  }
}
