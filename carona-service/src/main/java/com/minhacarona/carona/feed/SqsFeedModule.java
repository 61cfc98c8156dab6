package com.minhacarona.carona.feed;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.runtime.process.Steady;
import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Changes of rides from a queue of this task's own: for any number of tasks. */
public final class SqsFeedModule extends AbstractModule {
  /** SQS's own limit for how long a request may wait for messages. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(20);

  /** Longer than an answer is meant to take. */
  private static final Duration TIMEOUT = MAX_WAIT.plusSeconds(5);

  private final SqsFeedConfig config;
  private final Duration wait;
  private final Duration timeout;

  public SqsFeedModule(SqsFeedConfig config) {
    this(config, MAX_WAIT, TIMEOUT);
  }

  /** For tests, which lose a queue and cannot wait for long until that is noticed. */
  SqsFeedModule(SqsFeedConfig config, Duration wait, Duration timeout) {
    this.config = config;
    this.wait = wait;
    this.timeout = timeout;
  }

  @Override
  protected void configure() {
    bind(CaronaFeed.class).to(SqsFeed.class);
  }

  /** The clients are its own: a process that also works off queues has others for these. */
  @Provides
  @Singleton
  SqsFeed feed(DynamoDbConfig dynamoDb, SkippedItems skipped, Clock clock, @Steady Clock steady) {
    SqsClient sqs =
        AwsClients.configured(SqsClient.builder(), dynamoDb.region(), config.sqsEndpoint(), timeout)
            .build();
    SnsClient sns =
        AwsClients.configured(SnsClient.builder(), dynamoDb.region(), config.snsEndpoint(), timeout)
            .build();
    return new SqsFeed(
        sqs,
        new TaskQueue(sqs, sns, config, dynamoDb, clock, steady),
        skipped,
        wait,
        config.policyPropagation(),
        steady);
  }
}
