package com.minhacarona.runtime.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status.Code;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

class DynamoDbBudgetTest {
  /** A clock that stands still, so that a busy machine changes nothing. */
  private static final Deadline.Ticker STOPPED =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return 0;
        }
      };

  private final DynamoDbBudget budget =
      new DynamoDbBudget(
          new DynamoDbConfig(
              "table",
              "sa-east-1",
              Optional.of(URI.create("http://127.0.0.1:1")),
              1,
              Duration.ofMillis(150),
              Duration.ofMillis(400)));

  @Test
  void withoutADeadline_itIsItsOwn() {
    assertThat(budget.read().apiCallAttemptTimeout()).contains(Duration.ofMillis(150));
    assertThat(budget.read().apiCallTimeout()).contains(Duration.ofMillis(550));
    assertThat(budget.transaction().apiCallAttemptTimeout()).contains(Duration.ofMillis(400));
    assertThat(budget.transaction().apiCallTimeout()).contains(Duration.ofMillis(1300));
  }

  @Test
  void aCloserDeadline_boundsAttemptAndTotal() throws Exception {
    AwsRequestOverrideConfiguration bounded =
        within(Deadline.after(100, TimeUnit.MILLISECONDS, STOPPED), budget::transaction);
    assertThat(bounded.apiCallAttemptTimeout()).contains(Duration.ofMillis(100));
    assertThat(bounded.apiCallTimeout()).contains(Duration.ofMillis(100));
  }

  @Test
  void aPassedDeadline_refusesWithPrazoEsgotado() {
    Refused.by(() -> within(Deadline.after(-1, TimeUnit.SECONDS), budget::read))
        .as(Code.DEADLINE_EXCEEDED, Errors.PRAZO_ESGOTADO);
  }

  private static <T> T within(Deadline deadline, Callable<T> call) throws Exception {
    try (var timer = Executors.newSingleThreadScheduledExecutor();
        Context.CancellableContext context = Context.current().withDeadline(deadline, timer)) {
      return context.call(call);
    }
  }
}
