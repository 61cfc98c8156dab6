package com.minhacarona.carona;

import static com.minhacarona.runtime.call.MethodTraits.Trait.READS;

import com.google.inject.Singleton;
import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.carona.feed.SqsFeedModule;
import com.minhacarona.runtime.server.FeatureModule;
import com.minhacarona.v1.CaronaServiceGrpc;
import java.util.List;

/**
 * Live updates of rides. The feed that tells of changes is another module's: {@link
 * DynamoDbStreamsFeedModule} or {@link SqsFeedModule}.
 */
public final class UpdatesModule extends FeatureModule {
  /** The contract's limit: a client names the versions that it has of a thousand rides. */
  private static final int MAX_COMMAND_BYTES = 64 * 1024;

  private final UpdateTimes times;

  public UpdatesModule() {
    this(UpdateTimes.PRODUCTION);
  }

  UpdatesModule(UpdateTimes times) {
    this.times = times;
  }

  @Override
  protected void configure() {
    bind(UpdateTimes.class).toInstance(times);
    bind(Snapshots.class).to(StoredSnapshots.class);
    bind(StoredSnapshots.class);
    bind(SharedSnapshots.class).in(Singleton.class);
    bind(Followers.class).in(Singleton.class);
    bind(StoreShare.class).in(Singleton.class);
    bind(Commands.class).to(UpdateCommands.class);
    bind(UpdateCommands.class).in(Singleton.class);
    bind(StreamCommands.class);
    bind(UpdateMetrics.class).in(Singleton.class);
    bind(UpdateHub.class).in(Singleton.class);
    component(UpdateHub.class);
    method(CaronaServiceGrpc.getStreamCaronasUpdatesMethod(), MAX_COMMAND_BYTES, READS);
    publishedMeters(List.of(UpdateMetrics.STREAMS, UpdateMetrics.LAG, UpdateMetrics.CONFLATED));
  }
}
