package com.minhacarona.reserva.notifications;

import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.server.FeatureModule;
import java.time.Duration;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.SesV2ClientBuilder;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.SnsClientBuilder;

/** Tells residents of events. Binds {@link Notifier}, which handles the messages of a queue. */
public final class NotificationsModule extends FeatureModule {
  /**
   * How long a provider may be silent: as long as there is time. It may have taken the message, so
   * that it is not asked a second time at once.
   */
  private static final Duration SILENCE = Deliveries.MAX_SEND;

  private final NotificationsConfig config;

  public NotificationsModule(NotificationsConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    bind(NotificationsConfig.class).toInstance(config);
    bind(Notifier.class).in(Singleton.class);
    component(Notifier.class);
    bind(Audience.class);
    bind(Round.class);
    bind(Residents.class);
    bind(Avisos.class);
    bind(Deliveries.class);
    bind(NotificationMetrics.class).in(Singleton.class);
  }

  @Provides
  @Singleton
  Templates templates() {
    return new Templates(config);
  }

  /** The clients are its own, because they wait for less long than those that read a queue. */
  @Provides
  @Singleton
  Channels channels(DynamoDbConfig dynamoDb) {
    SesV2ClientBuilder ses =
        AwsClients.configured(
            SesV2Client.builder(), dynamoDb.region(), config.sesEndpoint(), SILENCE);
    SnsClientBuilder sns =
        AwsClients.configured(
            SnsClient.builder(), dynamoDb.region(), config.snsEndpoint(), SILENCE);
    return Channels.of(config, limited(ses).build(), limited(sns).build());
  }

  private static <B extends AwsClientBuilder<B, C>, C> B limited(B client) {
    return client.overrideConfiguration(
        client.overrideConfiguration().toBuilder().apiCallTimeout(Deliveries.MAX_SEND).build());
  }
}
