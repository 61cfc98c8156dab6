package com.minhacarona.carona;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.GrpcServerModule;
import com.minhacarona.runtime.MetricsModule;
import com.minhacarona.runtime.ReadinessCheck;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import io.grpc.Channel;
import java.util.List;

/** Rides. What tells of changes is another module's: {@link DynamoDbStreamsFeedModule}. */
public final class CaronaModule extends AbstractModule {
  private final CaronaConfig config;

  public CaronaModule(CaronaConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    bind(CaronaConfig.class).toInstance(config);
    bind(CaronaStore.class).to(DynamoDbCaronaStore.class);
    bind(DynamoDbCaronaStore.class).in(Singleton.class);
    bind(CaronaList.class).to(DynamoDbCaronaList.class);
    bind(DynamoDbCaronaList.class);
    bind(CaronaStatusStore.class).to(DynamoDbCaronaStatusStore.class);
    bind(DynamoDbCaronaStatusStore.class);
    bind(VagasCache.class).in(Singleton.class);
    bind(Vagas.class);
    bind(Snapshots.class);
    bind(UpdateCommands.class);
    bind(UpdateMetrics.class).in(Singleton.class);
    bind(UpdateHub.class).in(Singleton.class);
    GrpcServerModule.components(binder()).addBinding().to(UpdateHub.class);
    for (String name :
        List.of(Vagas.CACHE, UpdateMetrics.STREAMS, UpdateMetrics.LAG, UpdateMetrics.CONFLATED)) {
      MetricsModule.published(binder()).addBinding().toInstance(name);
    }
    MetricsModule.timedMethods(binder())
        .addBinding()
        .toInstance(CaronaServiceGrpc.getCheckVagasMethod());
    GrpcServerModule.hotPath(binder()).setBinding().toInstance(CaronaModule::checkNothing);
    bind(CaronaGrpcService.class);
    GrpcServerModule.services(binder()).addBinding().to(CaronaGrpcService.class);
    GrpcServerModule.eventLoopMethods(binder())
        .addBinding()
        .toInstance(CaronaServiceGrpc.getCheckVagasMethod());
    GrpcServerModule.pollingMethods(binder())
        .addBinding()
        .toInstance(CaronaServiceGrpc.getCheckVagasMethod());
    GrpcServerModule.pollingMethods(binder())
        .addBinding()
        .toInstance(CaronaServiceGrpc.getGetCaronaMethod());
  }

  /** Goes all the way to a read, which finds no ride. */
  private static void checkNothing(Channel channel) {
    var _ =
        CaronaServiceGrpc.newBlockingStub(channel)
            .checkVagas(CheckVagasRequest.newBuilder().setCaronaId("warm-up").build());
  }

  @Provides
  ReadinessCheck oneRead(CaronaStore store) {
    return () -> store.find("readiness", Freshness.EVENTUAL);
  }
}
