package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.Errors;
import java.time.Duration;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * How long one call to the store may take: the smaller of its own budget and what is left of the
 * caller's deadline. Every request carries one. Thread-safe.
 */
public final class DynamoDbBudget {
  /** Attempts of the SDK, the first included. */
  static final int ATTEMPTS = AwsClients.ATTEMPTS;

  /** For the SDK's pauses between attempts: 25 and 50 ms at most, and what a busy CPU adds. */
  private static final Duration PAUSES = Duration.ofMillis(100);

  private final Duration readAttempt;
  private final Duration transactionAttempt;

  @Inject
  DynamoDbBudget(DynamoDbConfig config) {
    this.readAttempt = config.readAttempt();
    this.transactionAttempt = config.transactionAttempt();
  }

  /** For a read. Throws {@code DEADLINE_EXCEEDED} when nothing is left of the deadline. */
  public AwsRequestOverrideConfiguration read() {
    return within(readAttempt);
  }

  /** For a transaction. Throws {@code DEADLINE_EXCEEDED} when nothing is left of the deadline. */
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
