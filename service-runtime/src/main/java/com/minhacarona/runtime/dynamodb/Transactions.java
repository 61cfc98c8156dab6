package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.TraceId;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;

/**
 * Carries out requests that write. A failed condition is returned to the caller, who alone can
 * explain it; conflicts, throttling and lost answers are dealt with here. Thread-safe.
 *
 * <p>A request that is told "nothing was changed" must not have an effect, now or later. So once
 * the outcome of one of its attempts is unknown, the request ends well or in {@code
 * RESULTADO_DESCONHECIDO}, whatever its other attempts met: the lost one may still be on its way.
 */
public final class Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

  /** Counts attempts that were cancelled because another transaction had one of the items. */
  public static final String CONFLICTS = "dynamodb.conflicts";

  private final DynamoDbClient dynamoDb;
  private final DynamoDbBudget budget;
  private final RandomGenerator random;
  private final Counter conflicts;
  private final Counter throttled;

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
    this.throttled = meters.counter(DynamoDbMetrics.THROTTLED, "operation", "TransactWriteItems");
  }

  /** How a transaction ended. */
  public sealed interface Outcome {}

  /** Everything was written. */
  public record Committed() implements Outcome {}

  /**
   * Nothing was written by this attempt, because a condition did not hold.
   *
   * @param reasons one for each item, by position. At least one says that a condition failed, but
   *     DynamoDB does not promise to report every condition that would have failed
   */
  public record ConditionFailed(List<CancellationReason> reasons) implements Outcome {
    /** Whether DynamoDB reported that the condition of the item at this position failed. */
    public boolean at(int position) {
      return Writing.CONDITION_FAILED.equals(reasons.get(position).code());
    }
  }

  /**
   * Carries out one request.
   *
   * @param request writes as often as it needs to, and gives the request's result
   * @throws io.grpc.StatusRuntimeException {@code UNAVAILABLE RESULTADO_DESCONHECIDO} when the
   *     request failed and one of its attempts may have had an effect
   */
  public <R> R carryOut(Function<Writing, R> request) {
    Writing writing = new Writing(dynamoDb, budget, random, conflicts, throttled);
    try {
      return request.apply(writing);
    } catch (RuntimeException e) {
      if (writing.isCertain()) {
        throw e;
      }
      if (e instanceof StatusRuntimeException || e instanceof SdkException) {
        LOG.warn(
            "Nobody knows if it was written, trace_id={}: {}", TraceId.current(), e.toString());
      } else {
        LOG.error("Nobody knows if it was written, trace_id={}", TraceId.current(), e);
      }
      throw Errors.outcomeUnknown();
    }
  }
}
