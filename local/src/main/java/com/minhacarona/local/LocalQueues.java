package com.minhacarona.local;

import com.minhacarona.reserva.Queue;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.process.PortInUseException;
import com.minhacarona.runtime.queue.QueueConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * ElasticMQ, a server of SQS's protocol, with the queues of the deployed system under the same
 * names. It keeps messages in memory, on loopback only.
 */
final class LocalQueues {
  private static final String REGION = "sa-east-1";
  private static final String DEAD_LETTERS = "-dlq";

  // As deployed: of all queues, what the stack of messaging gives them.
  private static final String VISIBILITY_SECONDS = "60";
  private static final String KEPT_SECONDS = "345600";
  private static final int ATTEMPTS = 1_000;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI endpoint;
  private final SqsClient sqs;

  private LocalQueues(URI endpoint) {
    this.endpoint = endpoint;
    this.sqs =
        AwsClients.configured(SqsClient.builder(), REGION, Optional.of(endpoint), TIMEOUT).build();
  }

  /**
   * Starts the server; port 0 takes any free one.
   *
   * @throws PortInUseException when another process listens on the port
   */
  static LocalQueues start(int port) {
    var builder = SQSRestServerBuilder.withInterface("127.0.0.1");
    SQSRestServer server = (port == 0 ? builder.withDynamicPort() : builder.withPort(port)).start();
    int bound;
    try {
      bound = server.waitUntilStarted().localAddress().getPort();
    } catch (RuntimeException e) {
      throw new PortInUseException(port, "MINHA_CARONA_SQS_PORT", e);
    }
    return new LocalQueues(URI.create("http://127.0.0.1:" + bound));
  }

  URI endpoint() {
    return endpoint;
  }

  /** Creates a queue and its dead-letter queue. */
  QueueConfig create(Queue queue) {
    String name = queue.word();
    String deadLetters = sqs.createQueue(r -> r.queueName(name + DEAD_LETTERS)).queueUrl();
    Map<QueueAttributeName, String> attributes =
        Map.of(
            QueueAttributeName.VISIBILITY_TIMEOUT, VISIBILITY_SECONDS,
            QueueAttributeName.MESSAGE_RETENTION_PERIOD, KEPT_SECONDS,
            QueueAttributeName.REDRIVE_POLICY, redrivePolicy(deadLetters));
    String url = sqs.createQueue(r -> r.queueName(name).attributes(attributes)).queueUrl();
    return new QueueConfig(url, queue.concurrency());
  }

  private String redrivePolicy(String deadLettersUrl) {
    String arn =
        sqs.getQueueAttributes(
                r -> r.queueUrl(deadLettersUrl).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    return "{\"deadLetterTargetArn\": \"%s\", \"maxReceiveCount\": %s}".formatted(arn, ATTEMPTS);
  }

  /** The server itself ends with the JVM, because stopping it would wait for its longest poll. */
  void stop() {
    sqs.close();
  }
}
