package com.minhacarona.reserva;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.runtime.GrpcServerModule;
import com.minhacarona.runtime.ReadinessCheck;

/** Reservations. */
public final class ReservaModule extends AbstractModule {

  @Override
  protected void configure() {
    bind(ReservaStore.class).to(DynamoDbReservaStore.class);
    bind(DynamoDbReservaStore.class).in(Singleton.class);
    bind(ReservaList.class).to(DynamoDbReservaList.class);
    bind(DynamoDbReservaList.class);
    bind(ReservaStatusStore.class).to(DynamoDbReservaStatusStore.class);
    bind(DynamoDbReservaStatusStore.class);
    bind(BookingReads.class);
    bind(LastSeen.class).in(Singleton.class);
    bind(ReservaGrpcService.class);
    GrpcServerModule.services(binder()).addBinding().to(ReservaGrpcService.class);
  }

  @Provides
  @Singleton
  ReadinessCheck oneRead(BookingReads reads) {
    return () -> reads.reservation("readiness", "readiness");
  }
}
