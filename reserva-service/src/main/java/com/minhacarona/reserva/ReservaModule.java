package com.minhacarona.reserva;

import static com.minhacarona.runtime.call.MethodTraits.Trait.READS;
import static com.minhacarona.runtime.call.MethodTraits.Trait.TIMED;

import com.minhacarona.runtime.server.FeatureModule;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.Channel;

/** The calls on reservations, and the reservations themselves. */
public final class ReservaModule extends FeatureModule {

  @Override
  protected void configure() {
    install(new ReservasModule());
    bind(ReservaList.class);
    bind(ReservaStatusStore.class).to(DynamoDbReservaStatusStore.class);
    bind(DynamoDbReservaStatusStore.class);
    service(ReservaGrpcService.class);
    method(ReservaServiceGrpc.getProcessarReservaMethod(), TIMED);
    method(ReservaServiceGrpc.getGetReservasMethod(), READS);
    method(ReservaServiceGrpc.getUpdateReservaStatusMethod());
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
}
