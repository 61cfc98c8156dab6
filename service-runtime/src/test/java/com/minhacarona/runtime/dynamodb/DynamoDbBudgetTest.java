package com.minhacarona.runtime.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.WithinDeadline;
import io.grpc.Status.Code;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

class DynamoDbBudgetTest {
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
    assertThat(budget.read().apiCallTimeout()).contains(Duration.ofMillis(150));
    assertThat(budget.transaction().apiCallAttemptTimeout()).contains(Duration.ofMillis(400));
    assertThat(budget.transaction().apiCallTimeout()).contains(Duration.ofMillis(400));
  }

  @Test
  void aCloserDeadline_boundsAttemptAndTotal() throws Exception {
    AwsRequestOverrideConfiguration bounded = WithinDeadline.run(100, budget::transaction);
    assertThat(bounded.apiCallAttemptTimeout()).contains(Duration.ofMillis(100));
    assertThat(bounded.apiCallTimeout()).contains(Duration.ofMillis(100));
  }

  @Test
  void aPassedDeadline_refusesWithPrazoEsgotado() {
    Refused.by(() -> WithinDeadline.run(-1_000, budget::read))
        .as(Code.DEADLINE_EXCEEDED, Errors.PRAZO_ESGOTADO);
  }
}
