package com.minhacarona.carona.feed;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbModule;
import com.minhacarona.runtime.dynamodb.TableStreamReader;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Changes of rides from the table's own stream: for one task or two. */
public final class DynamoDbStreamsFeedModule extends AbstractModule {

  @Override
  protected void configure() {
    bind(CaronaFeed.class).to(DynamoDbStreamsFeed.class);
    bind(DynamoDbStreamsFeed.class).in(Singleton.class);
    bind(TableStreamReader.class);
  }

  @Provides
  @Singleton
  DynamoDbStreamsClient streams(DynamoDbConfig config) {
    return DynamoDbModule.streamsClient(config);
  }
}
