package com.minhacarona.reserva;

import static com.minhacarona.runtime.call.MethodTraits.Trait.READS;
import static com.minhacarona.runtime.call.MethodTraits.Trait.TIMED;

import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.runtime.server.FeatureModule;
import com.minhacarona.runtime.server.ReadinessCheck;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.Channel;
import java.time.Clock;

/** The reservations of rides. */
public final class ReservaModule extends FeatureModule {

  @Override
  protected void configure() {
    bind(DynamoDbReservaStore.class);
    bind(ReservaList.class);
    bind(ReservaStatusStore.class).to(DynamoDbReservaStatusStore.class);
    bind(DynamoDbReservaStatusStore.class);
    bind(BookingReads.class);
    bind(LastSeen.class).in(Singleton.class);
    bind(ReservaMetrics.class).in(Singleton.class);
    service(ReservaGrpcService.class);
    method(ReservaServiceGrpc.getProcessarReservaMethod(), TIMED);
    method(ReservaServiceGrpc.getGetReservasMethod(), READS);
    method(ReservaServiceGrpc.getUpdateReservaStatusMethod());
    publishedMeters(ReservaMetrics.NAMES);
    hotPath(ReservaModule::bookNothing);
  }

  /** Goes through all of the code to a transaction, which finds no ride. */
  private static void bookNothing(Channel channel) {
    var _ =
        ReservaServiceGrpc.newBlockingStub(channel)
            .processarReserva(
                ProcessarReservaRequest.newBuilder()
                    .setRequestId("00000000-0000-4000-8000-000000000000")
                    .setCaronaId("warm-up")
                    .setUsuarioId("warm-up")
                    .setCondominioId("warm-up")
                    .build());
  }

  @Provides
  @Singleton
  ReservaStore reservaStore(DynamoDbReservaStore store, LastSeen lastSeen, Clock clock) {
    return new RushGuard(store, lastSeen, clock);
  }

  @Provides
  @Singleton
  ReadinessCheck oneRead(BookingReads reads) {
    return () -> reads.reserva("readiness", "readiness");
  }
}
