package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import java.time.Duration;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * Limits how long one call to the table may take: to its own budget, or to the rest of the caller's
 * deadline when that is shorter. Every request carries such a limit. Thread-safe.
 */
public final class DynamoDbBudget {
  /** The number of attempts that the SDK makes, the first included. */
  static final int ATTEMPTS = AwsClients.ATTEMPTS;

  /** Covers the SDK's pauses between attempts, at most 25 and 50 ms, and delays of a busy CPU. */
  private static final Duration PAUSES = Duration.ofMillis(100);

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
  public AwsRequestOverrideConfiguration read() {
    return within(readAttempt);
  }

  /**
   * The limits of a transaction.
   *
   * @throws io.grpc.StatusRuntimeException {@code DEADLINE_EXCEEDED} when the deadline has passed
   */
  public AwsRequestOverrideConfiguration transaction() {
    return within(transactionAttempt);
  }

  private static AwsRequestOverrideConfiguration within(Duration attempt) {
    Duration total = Deadlines.atMost(attempt.multipliedBy(ATTEMPTS).plus(PAUSES));
    if (total.isZero()) {
      throw Errors.deadlineExceeded();
    }
    Duration first = total.compareTo(attempt) < 0 ? total : attempt;
    return AwsRequestOverrideConfiguration.builder()
        .apiCallTimeout(total)
        .apiCallAttemptTimeout(first)
        .build();
  }
}
