package com.minhacarona.runtime;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The DynamoDB client: blocking, since every call has a virtual thread. */
public final class DynamoDbModule extends AbstractModule {
  /** Within a region a connection takes a few milliseconds; one that takes this long is lost. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(250);

  /** A pool that is empty for this long means that more is asked for than can be carried. */
  static final Duration ACQUIRE_TIMEOUT = Duration.ofMillis(100);

  private final DynamoDbConfig config;

  public DynamoDbModule(DynamoDbConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    bind(DynamoDbConfig.class).toInstance(config);
    bind(DynamoDbBudget.class);
    bind(Transactions.class);
    bind(BatchReads.class);
  }

  @Provides
  @Singleton
  DynamoDbClient dynamoDb() {
    return client(config);
  }

  /** A client as the services have it. */
  public static DynamoDbClient client(DynamoDbConfig config) {
    var client =
        DynamoDbClient.builder()
            .region(Region.of(config.region()))
            .credentialsProvider(credentials(config))
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(config.maxConnections())
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .connectionAcquisitionTimeout(ACQUIRE_TIMEOUT))
            .overrideConfiguration(c ->
                c.retryStrategy(
                    StandardRetryStrategy.builder().maxAttempts(DynamoDbBudget.ATTEMPTS).build()));
    config.endpoint().ifPresent(client::endpointOverride);
    return client.build();
  }

  /** Real credentials go to AWS only. */
  private static AwsCredentialsProvider credentials(DynamoDbConfig config) {
    return config.endpoint().isPresent()
        ? StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"))
        : DefaultCredentialsProvider.builder().build();
  }
}
