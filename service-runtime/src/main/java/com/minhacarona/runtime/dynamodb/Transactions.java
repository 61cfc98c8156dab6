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
 * Writes transactions, and deals with everything that can happen to one but the failure of a
 * condition, which is the caller's to explain. Thread-safe.
 *
 * <p>The SDK gives each call of {@link #write} one {@code ClientRequestToken} and repeats it with
 * the same one when an attempt is lost, so a transaction is never written twice by its own retries.
 */
public final class Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

  /** How often a transaction met another one on the same item. */
  public static final String CONFLICTS = "dynamodb.conflicts";

  /** The codes of cancellation reasons, as the API reference of TransactWriteItems lists them. */
  private static final String CONDITION_FAILED = "ConditionalCheckFailed";

  private static final String CONFLICT = "TransactionConflict";
  private static final List<String> THROTTLED =
      List.of("ThrottlingError", "ProvisionedThroughputExceeded");

  /** A conflict lasts as long as another transaction: short pauses, then give up. */
  private static final Backoff AFTER_CONFLICT =
      new Backoff(Duration.ofMillis(5), Duration.ofMillis(40), 5);

  /** Capacity comes back slowly, and asking sooner takes more of it. */
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
   * @param reasons one for each item, by position. A failed condition always has one that says so,
   *     but DynamoDB does not promise that each condition that would have failed is reported
   */
  public record ConditionFailed(List<CancellationReason> reasons) implements Outcome {
    /** Whether the condition of the item at this position is known to have failed. */
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
        // In this order: an answer first, then what must be asked for slowly, then quickly.
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
