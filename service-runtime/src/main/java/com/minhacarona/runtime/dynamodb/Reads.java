package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.TraceId;
import io.grpc.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** Reads from the table, and reads again after trouble that passes. Thread-safe. */
public final class Reads {
  private static final Logger LOG = LoggerFactory.getLogger(Reads.class);

  /** An answer that was lost costs nothing but time: ask again soon, two times at most. */
  static final Backoff AFTER_LOSS = new Backoff(Duration.ofMillis(25), Duration.ofMillis(50), 2);

  /** The pauses are longer, because capacity comes back slowly and each attempt consumes it. */
  static final Backoff AFTER_THROTTLING =
      new Backoff(Duration.ofMillis(50), Duration.ofMillis(200), 2);

  private final DynamoDbClient dynamoDb;
  private final DynamoDbBudget budget;
  private final String tableName;
  private final RandomGenerator random;

  @Inject
  Reads(
      DynamoDbClient dynamoDb,
      DynamoDbBudget budget,
      DynamoDbConfig config,
      RandomGenerator random) {
    this.dynamoDb = dynamoDb;
    this.budget = budget;
    this.tableName = config.tableName();
    this.random = random;
  }

  /**
   * Reads one item.
   *
   * @param strong whether the read must see every write that was acknowledged before it; such a
   *     read costs twice as much
   * @throws io.grpc.StatusRuntimeException as {@link #query}
   */
  public Optional<Map<String, AttributeValue>> item(
      Map<String, AttributeValue> key, boolean strong) {
    GetItemResponse response =
        attempt(limits ->
            dynamoDb.getItem(r ->
                r.tableName(tableName)
                    .key(key)
                    .consistentRead(strong)
                    .overrideConfiguration(limits)));
    return response.hasItem() ? Optional.of(response.item()) : Optional.empty();
  }

  /**
   * Reads a page of items.
   *
   * @param query all of the query but its table
   * @throws io.grpc.StatusRuntimeException {@code RESOURCE_EXHAUSTED SOBRECARGA} when the table is
   *     throttled, {@code UNAVAILABLE INDISPONIVEL} when it does not answer, {@code
   *     DEADLINE_EXCEEDED} when the caller's deadline passes before
   */
  public QueryResponse query(QueryRequest.Builder query) {
    return attempt(
        limits -> dynamoDb.query(query.tableName(tableName).overrideConfiguration(limits).build()));
  }

  /**
   * Makes one read, and repeats it at most twice after lost answers and twice after throttling.
   * Each attempt has limits of its own.
   */
  <T> T attempt(Function<AwsRequestOverrideConfiguration, T> call) {
    int losses = 0;
    int throttles = 0;
    while (true) {
      try {
        return call.apply(budget.read());
      } catch (SdkException e) {
        switch (Trouble.of(e)) {
          case THROTTLED -> {
            if (!AFTER_THROTTLING.pause(throttles++, random)) {
              throw Errors.throttled();
            }
          }
          case NOT_SENT, NO_ANSWER -> {
            if (!AFTER_LOSS.pause(losses++, random)) {
              throw noAnswer(e, throttles > 0);
            }
          }
          case REFUSED -> throw e;
        }
      }
    }
  }

  private static RuntimeException noAnswer(SdkException e, boolean throttledBefore) {
    if (Deadlines.passed()) {
      return Errors.deadlineExceeded();
    }
    if (throttledBefore) {
      // It answered, and that it is throttled is what the caller has to know.
      return Errors.throttled();
    }
    if (Context.current().isCancelled() || Thread.currentThread().isInterrupted()) {
      // Nobody waits for the answer any more, which is no fault of the table.
      return Errors.unavailable();
    }
    LOG.warn("The table did not answer, trace_id={}: {}", TraceId.current(), e.toString());
    return Errors.unavailable();
  }
}
