package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import java.time.Duration;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * Limits how long one attempt of a call to the table may take: to its own budget, or to the rest of
 * the caller's deadline when that is shorter. Every request carries such a limit. Thread-safe.
 */
final class DynamoDbBudget {
  private final Duration readAttempt;
  private final Duration transactionAttempt;

  @Inject
  DynamoDbBudget(DynamoDbConfig config) {
    this.readAttempt = config.readAttempt();
    this.transactionAttempt = config.transactionAttempt();
  }

  /**
   * The limits of a read.
   *
   * @throws io.grpc.StatusRuntimeException {@code DEADLINE_EXCEEDED} when the deadline has passed
   */
  AwsRequestOverrideConfiguration read() {
    return within(readAttempt);
  }

  /**
   * The limits of a transaction.
   *
   * @throws io.grpc.StatusRuntimeException {@code DEADLINE_EXCEEDED} when the deadline has passed
   */
  AwsRequestOverrideConfiguration transaction() {
    return within(transactionAttempt);
  }

  private static AwsRequestOverrideConfiguration within(Duration attempt) {
    Duration limit = Deadlines.atMost(attempt);
    if (limit.isZero()) {
      throw Errors.deadlineExceeded();
    }
    return AwsRequestOverrideConfiguration.builder()
        .apiCallTimeout(limit)
        .apiCallAttemptTimeout(limit)
        .build();
  }
}
