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

/** How every AWS client of ours is made: blocking, with bounded waiting and few retries. */
public final class AwsClients {
  /** Attempts of the SDK, the first included. */
  static final int ATTEMPTS = 3;

  /** Within a region a connection takes a few milliseconds; one that takes this long is lost. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(250);

  /** A pool that is empty for this long means that more is asked for than can be carried. */
  private static final Duration ACQUIRE_TIMEOUT = Duration.ofMillis(100);

  /** For clients of which one thread makes a call at a time, or a few do. */
  private static final int FEW_CONNECTIONS = 10;

  /**
   * A client for background work.
   *
   * @param endpoint another address than AWS's; it never gets real credentials
   * @param socketTimeout how long an answer may be in coming
   */
  public static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B configured(
      B client, String region, Optional<URI> endpoint, Duration socketTimeout) {
    return configured(
        client,
        region,
        endpoint,
        Apache5HttpClient.builder().maxConnections(FEW_CONNECTIONS).socketTimeout(socketTimeout));
  }

  /** A client for background work that does not block, for libraries that want one. */
  public static <B extends AwsAsyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B background(
      B client, String region, Optional<URI> endpoint) {
    client.httpClientBuilder(
        NettyNioAsyncHttpClient.builder()
            .maxConcurrency(FEW_CONNECTIONS)
            .connectionTimeout(CONNECT_TIMEOUT));
    return common(client, region, endpoint);
  }

  /** A client with a connection pool of its own size; its requests carry their own timeouts. */
  public static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B configured(
      B client, String region, Optional<URI> endpoint, Apache5HttpClient.Builder http) {
    client.httpClientBuilder(
        http.connectionTimeout(CONNECT_TIMEOUT).connectionAcquisitionTimeout(ACQUIRE_TIMEOUT));
    return common(client, region, endpoint);
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

  /** Real credentials go to AWS only. */
  private static AwsCredentialsProvider credentials(Optional<URI> endpoint) {
    return endpoint.isPresent()
        ? StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"))
        : DefaultCredentialsProvider.builder().build();
  }

  private AwsClients() {}
}
