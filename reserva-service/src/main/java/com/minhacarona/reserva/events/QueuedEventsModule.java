package com.minhacarona.reserva.events;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The events of rides and reservations, put straight into the queue of notifications. */
public final class QueuedEventsModule extends AbstractModule {
  private final String queueUrl;

  public QueuedEventsModule(String queueUrl) {
    this.queueUrl = queueUrl;
  }

  @Override
  protected void configure() {
    bind(ChangesHandler.class);
  }

  @Provides
  @Singleton
  EventTopic topic(SqsClient sqs) {
    return new QueueEventTopic(sqs, queueUrl);
  }
}
