package com.minhacarona.reserva;

import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.ProvidesIntoSet;
import com.minhacarona.runtime.server.FeatureModule;
import com.minhacarona.runtime.server.ReadinessCheck;
import java.time.Clock;

/** The reservations of rides, for whichever way they are asked for. */
final class ReservasModule extends FeatureModule {

  @Override
  protected void configure() {
    bind(DynamoDbReservaStore.class);
    bind(RecusaStore.class).to(DynamoDbRecusaStore.class);
    bind(DynamoDbRecusaStore.class);
    bind(BookingReads.class);
    bind(LastSeen.class).in(Singleton.class);
    bind(ReservaMetrics.class).in(Singleton.class);
    publishedMeters(ReservaMetrics.NAMES);
  }

  @Provides
  @Singleton
  ReservaStore reservaStore(DynamoDbReservaStore store, LastSeen lastSeen, Clock clock) {
    return new RushGuard(store, lastSeen, clock);
  }

  @ProvidesIntoSet
  @Singleton
  ReadinessCheck oneRead(BookingReads reads) {
    return () -> reads.reserva("readiness", "readiness");
  }
}
