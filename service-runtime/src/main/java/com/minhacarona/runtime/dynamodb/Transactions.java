package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.TraceId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Writes transactions, and deals with conflicts, throttling and lost answers. A failed condition is
 * returned to the caller, who alone can explain it. Thread-safe.
 *
 * <p>The SDK gives each call of {@link #write} one {@code ClientRequestToken} and repeats it with
 * the same one when an attempt is lost, so a transaction is never written twice by its own retries.
 */
public final class Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

  /** Counts attempts that were cancelled because another transaction had one of the items. */
  public static final String CONFLICTS = "dynamodb.conflicts";

  // The codes of cancellation reasons are listed in the API reference of TransactWriteItems.
  private static final String CONDITION_FAILED = "ConditionalCheckFailed";

  private static final String CONFLICT = "TransactionConflict";
  private static final List<String> THROTTLED =
      List.of("ThrottlingError", "ProvisionedThroughputExceeded");

  /** The pauses are short, because a conflict lasts only as long as the other transaction. */
  private static final Backoff AFTER_CONFLICT =
      new Backoff(Duration.ofMillis(5), Duration.ofMillis(40), 5);

  /** The pauses are longer, because capacity comes back slowly and each attempt consumes it. */
  private static final Backoff AFTER_THROTTLING =
      new Backoff(Duration.ofMillis(50), Duration.ofMillis(200), 2);

  private final DynamoDbClient dynamoDb;
  private final DynamoDbBudget budget;
  private final RandomGenerator random;
  private final Counter conflicts;

  @Inject
  Transactions(
      DynamoDbClient dynamoDb,
      DynamoDbBudget budget,
      RandomGenerator random,
      MeterRegistry meters) {
    this.dynamoDb = dynamoDb;
    this.budget = budget;
    this.random = random;
    this.conflicts = meters.counter(CONFLICTS);
  }

  /** How a transaction ended. */
  public sealed interface Outcome {}

  /** Everything was written. */
  public record Committed() implements Outcome {}

  /**
   * Nothing was written, because a condition did not hold.
   *
   * @param reasons one for each item, by position. At least one says that a condition failed, but
   *     DynamoDB does not promise to report every condition that would have failed
   */
  public record ConditionFailed(List<CancellationReason> reasons) implements Outcome {
    /** Whether DynamoDB reported that the condition of the item at this position failed. */
    public boolean at(int position) {
      return CONDITION_FAILED.equals(reasons.get(position).code());
    }
  }

  /**
   * Writes all of the items or none. Retries conflicts and throttling while the caller's deadline
   * lasts.
   *
   * @throws io.grpc.StatusRuntimeException {@code ABORTED CONFLITO} when nothing was written,
   *     {@code RESOURCE_EXHAUSTED SOBRECARGA} when the store would not carry it out, {@code
   *     UNAVAILABLE RESULTADO_DESCONHECIDO} when its answer was lost, {@code DEADLINE_EXCEEDED}
   *     when nothing was tried
   */
  public Outcome write(List<TransactWriteItem> items) {
    int conflictsMet = 0;
    int throttles = 0;
    while (true) {
      try {
        dynamoDb.transactWriteItems(
            r -> r.transactItems(items).overrideConfiguration(budget.transaction()));
        return new Committed();
      } catch (TransactionCanceledException e) {
        List<CancellationReason> reasons = e.cancellationReasons();
        // A failed condition is an answer, so it comes first. Throttling comes before a conflict,
        // because it needs the longer pauses.
        if (has(reasons, List.of(CONDITION_FAILED))) {
          return new ConditionFailed(reasons);
        } else if (has(reasons, THROTTLED)) {
          if (!AFTER_THROTTLING.pause(throttles++, random)) {
            throw Errors.throttled();
          }
        } else if (has(reasons, List.of(CONFLICT))) {
          conflicts.increment();
          if (!AFTER_CONFLICT.pause(conflictsMet++, random)) {
            throw Errors.conflict();
          }
        } else {
          throw e;
        }
      } catch (SdkClientException e) {
        throw outcomeUnknown(e);
      } catch (DynamoDbException e) {
        if (e.statusCode() >= 500) {
          throw outcomeUnknown(e);
        }
        throw e;
      }
    }
  }

  private static RuntimeException outcomeUnknown(Exception e) {
    LOG.warn("No answer to a transaction, trace_id={}: {}", TraceId.current(), e.toString());
    return Errors.outcomeUnknown();
  }

  private static boolean has(List<CancellationReason> reasons, List<String> codes) {
    return reasons.stream().anyMatch(reason -> codes.contains(reason.code()));
  }
}
