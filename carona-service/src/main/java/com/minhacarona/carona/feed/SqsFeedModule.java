package com.minhacarona.carona.feed;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import java.time.Duration;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Changes of rides from a queue of this task's own: for any number of tasks. */
public final class SqsFeedModule extends AbstractModule {
  /** Beyond the longest time that an answer is meant to take. */
  private static final Duration TIMEOUT = SqsFeed.MAX_WAIT.plusSeconds(5);

  private final SqsFeedConfig config;

  public SqsFeedModule(SqsFeedConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    bind(SqsFeedConfig.class).toInstance(config);
    bind(TaskQueue.class).in(Singleton.class);
    bind(CaronaFeed.class).to(SqsFeed.class);
    bind(SqsFeed.class).in(Singleton.class);
  }

  @Provides
  @Singleton
  SqsClient sqs(DynamoDbConfig dynamoDb) {
    return AwsClients.configured(
            SqsClient.builder(), dynamoDb.region(), config.sqsEndpoint(), TIMEOUT)
        .build();
  }

  @Provides
  @Singleton
  SnsClient sns(DynamoDbConfig dynamoDb) {
    return AwsClients.configured(
            SnsClient.builder(), dynamoDb.region(), config.snsEndpoint(), TIMEOUT)
        .build();
  }
}
