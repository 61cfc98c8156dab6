package com.minhacarona.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.Queue;
import com.minhacarona.runtime.dynamodb.AwsClients;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class LocalQueuesTest {

  @Test
  void aQueue_isAsDeployed_asFarAsElasticMqGoes() {
    LocalQueues queues = LocalQueues.start(0);
    String url = queues.create(Queue.RESERVATIONS).url();
    try (SqsClient sqs =
        AwsClients.configured(
                SqsClient.builder(),
                "sa-east-1",
                Optional.of(queues.endpoint()),
                Duration.ofSeconds(30))
            .build()) {
      Map<QueueAttributeName, String> attributes =
          sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
              .attributes();
      assertThat(attributes)
          .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "60")
          .hasEntrySatisfying(
              QueueAttributeName.REDRIVE_POLICY,
              policy ->
                  assertThat(policy.replace(" ", ""))
                      .contains(":reservations-dlq\"", "\"maxReceiveCount\":1000"));
    }
    queues.stop();
  }
}
