package com.minhacarona.reserva.events;

import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbModule;
import com.minhacarona.runtime.dynamodb.TableStreamReader;
import com.minhacarona.runtime.server.FeatureModule;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Changes from the table's own stream, which has places for two readers. */
public final class StreamedChangesModule extends FeatureModule {

  @Override
  protected void configure() {
    bind(TableStreamReader.class);
    bind(StreamedChanges.class).in(Singleton.class);
    component(StreamedChanges.class);
  }

  @Provides
  @Singleton
  DynamoDbStreamsClient streams(DynamoDbConfig config) {
    return DynamoDbModule.streamsClient(config);
  }
}
