package com.minhacarona.runtime.dynamodb;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;

/** Makes every AWS client of the services, with bounded waiting and few retries. */
public final class AwsClients {
  /** The number of attempts that the SDK makes, the first included. */
  static final int ATTEMPTS = 3;

  /** A connection within a region takes a few milliseconds, so a slower one is lost. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(250);

  /** A pool that stays empty for this long is overloaded, and more waiting would not help. */
  private static final Duration ACQUIRE_TIMEOUT = Duration.ofMillis(100);

  /**
   * More than the messages of several queues that a process has in hand, each of which may need one
   * at the same moment. A connection is made only when it is needed.
   */
  private static final int CONNECTIONS = 64;

  /**
   * Configures a client for background work.
   *
   * @param endpoint an address in place of AWS's; it never gets real credentials
   * @param socketTimeout how long the client waits for data of an answer
   */
  public static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B configured(
      B client, String region, Optional<URI> endpoint, Duration socketTimeout) {
    return configured(
        client,
        region,
        endpoint,
        Apache5HttpClient.builder().maxConnections(CONNECTIONS).socketTimeout(socketTimeout));
  }

  /** Configures an asynchronous client for background work, for libraries that need one. */
  public static <B extends AwsAsyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B background(
      B client, String region, Optional<URI> endpoint) {
    client.httpClientBuilder(
        NettyNioAsyncHttpClient.builder()
            .maxConcurrency(CONNECTIONS)
            .connectionTimeout(CONNECT_TIMEOUT));
    return common(client, region, endpoint);
  }

  /** Configures a client with its own connection pool, whose requests carry their timeouts. */
  public static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B configured(
      B client, String region, Optional<URI> endpoint, Apache5HttpClient.Builder http) {
    client.httpClientBuilder(
        http.connectionTimeout(CONNECT_TIMEOUT).connectionAcquisitionTimeout(ACQUIRE_TIMEOUT));
    return common(client, region, endpoint);
  }

  /** Lets the caller repeat what fails: it then sees how each attempt ended. */
  static <B extends AwsClientBuilder<B, C>, C> B withoutRetries(B client) {
    return client.overrideConfiguration(
        client.overrideConfiguration().toBuilder()
            .retryStrategy(StandardRetryStrategy.builder().maxAttempts(1).build())
            .build());
  }

  private static <B extends AwsClientBuilder<B, C>, C> B common(
      B client, String region, Optional<URI> endpoint) {
    client
        .region(Region.of(region))
        .credentialsProvider(credentials(endpoint))
        .overrideConfiguration(
            c -> c.retryStrategy(StandardRetryStrategy.builder().maxAttempts(ATTEMPTS).build()));
    endpoint.ifPresent(client::endpointOverride);
    return client;
  }

  /** Sends real credentials to AWS only. */
  private static AwsCredentialsProvider credentials(Optional<URI> endpoint) {
    return endpoint.isPresent()
        ? StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"))
        : DefaultCredentialsProvider.builder().build();
  }

  private AwsClients() {}
}
