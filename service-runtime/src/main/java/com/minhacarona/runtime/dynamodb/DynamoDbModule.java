package com.minhacarona.runtime.dynamodb;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Provides the DynamoDB client, which blocks because every call has a virtual thread. */
public final class DynamoDbModule extends AbstractModule {
  private final DynamoDbConfig config;

  public DynamoDbModule(DynamoDbConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    bind(DynamoDbConfig.class).toInstance(config);
    bind(DynamoDbBudget.class);
    bind(Transactions.class);
    bind(ReadModifyWrite.class);
    bind(Reads.class);
    bind(BatchReads.class);
    bind(SkippedItems.class).in(Singleton.class);
    bind(DynamoDbMetrics.class).in(Singleton.class);
    interceptors(binder()).addBinding().to(DynamoDbMetrics.class);
  }

  /** The interceptors that see every call to the table. */
  public static Multibinder<ExecutionInterceptor> interceptors(Binder binder) {
    return Multibinder.newSetBinder(binder, ExecutionInterceptor.class);
  }

  @Provides
  @Singleton
  DynamoDbClient dynamoDb(Set<ExecutionInterceptor> interceptors) {
    DynamoDbClientBuilder client = AwsClients.withoutRetries(builder(config));
    return client
        .overrideConfiguration(
            client.overrideConfiguration().toBuilder()
                .executionInterceptors(List.copyOf(interceptors))
                .build())
        .build();
  }

  /** A client that repeats what fails by itself, for programs beside the services. */
  public static DynamoDbClient client(DynamoDbConfig config) {
    return builder(config).build();
  }

  private static DynamoDbClientBuilder builder(DynamoDbConfig config) {
    return AwsClients.configured(
        DynamoDbClient.builder(), config.region(), config.endpoint(), pool(config));
  }

  /** A client of the table's stream, configured in the same way. */
  public static DynamoDbStreamsClient streamsClient(DynamoDbConfig config) {
    return AwsClients.configured(
            DynamoDbStreamsClient.builder(), config.region(), config.endpoint(), pool(config))
        .build();
  }

  private static Apache5HttpClient.Builder pool(DynamoDbConfig config) {
    return Apache5HttpClient.builder().maxConnections(config.maxConnections());
  }
}
