package com.minhacarona.runtime.queue;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * ElasticMQ, a server of SQS's protocol, on a free port of the loopback address. It ends with the
 * JVM, because stopping it waits for the longest poll. It asks for no permission.
 */
public final class ElasticMq {
  private static final String REGION = "sa-east-1";

  private final URI endpoint;
  private final SqsClient client;

  /** Takes some seconds to start, so tests share one. */
  private static final class Shared {
    private static final ElasticMq INSTANCE = new ElasticMq();
  }

  /** The one of this JVM. */
  public static ElasticMq shared() {
    return Shared.INSTANCE;
  }

  private ElasticMq() {
    SQSRestServer server =
        SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
    endpoint = URI.create("http://127.0.0.1:" + server.waitUntilStarted().localAddress().getPort());
    client = client(endpoint);
  }

  public URI endpoint() {
    return endpoint;
  }

  /** The tests' own client. */
  public SqsClient client() {
    return client;
  }

  /** A client of another address, as the services make it. */
  static SqsClient client(URI endpoint) {
    return QueueModule.client(REGION, Optional.of(endpoint));
  }

  /**
   * Creates a queue whose name begins with this, and its dead-letter queue.
   *
   * @return its address; that of the dead-letter queue is the same and {@code -dlq}
   */
  public String createQueue(String prefix) {
    String name = prefix + "-" + UUID.randomUUID();
    client.createQueue(r -> r.queueName(name + "-dlq"));
    return client.createQueue(r -> r.queueName(name)).queueUrl();
  }

  /** How many messages a queue has, in hand or not. */
  public int messages(String url) {
    Map<QueueAttributeName, String> counts =
        client
            .getQueueAttributes(r ->
                r.queueUrl(url)
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED))
            .attributes();
    return counts.values().stream().mapToInt(Integer::parseInt).sum();
  }
}
