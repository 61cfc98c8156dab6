package com.minhacarona.carona.feed;

import com.minhacarona.runtime.dynamodb.AwsClients;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * ElasticMQ, a server of SQS's protocol. It ends with the JVM, because stopping it waits for the
 * longest poll of a deleted queue. It asks for no permission, and ignores the policies of queues.
 */
public final class SqsStandIn {
  private final URI endpoint;

  public SqsStandIn() {
    SQSRestServer server =
        SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
    endpoint = URI.create("http://127.0.0.1:" + server.waitUntilStarted().localAddress().getPort());
  }

  public URI endpoint() {
    return endpoint;
  }

  /** A client of the tests' own. */
  public SqsClient client() {
    return AwsClients.configured(
            SqsClient.builder(), "sa-east-1", Optional.of(endpoint), Duration.ofSeconds(30))
        .build();
  }
}
