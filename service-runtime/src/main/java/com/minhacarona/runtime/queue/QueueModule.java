package com.minhacarona.runtime.queue;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Provides {@link QueueConsumers}, and the client of SQS. */
public final class QueueModule extends AbstractModule {
  /** Longer than a long poll is meant to take. Every request has a timeout of its own besides. */
  private static final Duration SOCKET_TIMEOUT = QueueTimes.DEFAULT.longPoll().plusSeconds(5);

  /** A long poll and a few requests a queue, and one for each message that is put back. */
  private static final int MAX_CONNECTIONS = 128;

  private final Optional<URI> endpoint;
  private final QueueTimes times;

  /**
   * The reading of queues.
   *
   * @param sqsEndpoint an address in place of AWS's; it never gets real credentials
   */
  public QueueModule(Optional<URI> sqsEndpoint) {
    this(sqsEndpoint, QueueTimes.DEFAULT);
  }

  /** For tests, which cannot wait for long. */
  QueueModule(Optional<URI> sqsEndpoint, QueueTimes times) {
    this.endpoint = sqsEndpoint;
    this.times = times;
  }

  @Override
  protected void configure() {
    bind(QueueTimes.class).toInstance(times);
    bind(QueueConsumers.class).in(Singleton.class);
  }

  @Provides
  @Singleton
  SqsClient sqs(DynamoDbConfig dynamoDb) {
    return client(dynamoDb.region(), endpoint);
  }

  /** A client as the consumers need it. */
  static SqsClient client(String region, Optional<URI> endpoint) {
    return AwsClients.configured(
            SqsClient.builder(),
            region,
            endpoint,
            Apache5HttpClient.builder()
                .maxConnections(MAX_CONNECTIONS)
                .socketTimeout(SOCKET_TIMEOUT))
        .build();
  }
}
