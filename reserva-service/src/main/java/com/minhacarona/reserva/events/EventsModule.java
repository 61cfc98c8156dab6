package com.minhacarona.reserva.events;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.services.sns.SnsClient;

/** The events of rides and reservations, published to an SNS topic. */
public final class EventsModule extends AbstractModule {
  /** How long SNS may be silent; each call has a shorter limit of its own. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final String topicArn;
  private final Optional<URI> snsEndpoint;

  /**
   * Publishes to a topic.
   *
   * @param snsEndpoint another address than AWS's
   */
  public EventsModule(String topicArn, Optional<URI> snsEndpoint) {
    this.topicArn = topicArn;
    this.snsEndpoint = snsEndpoint;
  }

  @Override
  protected void configure() {
    bind(ChangesHandler.class);
  }

  @Provides
  @Singleton
  EventTopic topic(DynamoDbConfig dynamoDb) {
    return new SnsEventTopic(
        AwsClients.configured(SnsClient.builder(), dynamoDb.region(), snsEndpoint, TIMEOUT).build(),
        topicArn);
  }
}
