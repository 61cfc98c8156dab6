package com.minhacarona.carona;

import static com.minhacarona.runtime.call.MethodTraits.Trait.ANSWERS_ON_EVENT_LOOP;
import static com.minhacarona.runtime.call.MethodTraits.Trait.POLLS;
import static com.minhacarona.runtime.call.MethodTraits.Trait.READS;
import static com.minhacarona.runtime.call.MethodTraits.Trait.TIMED;

import com.google.inject.Singleton;
import com.google.inject.multibindings.ProvidesIntoSet;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.server.FeatureModule;
import com.minhacarona.runtime.server.ReadinessCheck;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import io.grpc.Channel;
import java.util.List;

/** Rides: their service, and where they are kept. */
public final class CaronaModule extends FeatureModule {
  /** The texts of an offer have up to 600 characters, of which each may take four bytes. */
  static final int MAX_CREATE_BYTES = 4 * 1024;

  private final CaronaConfig config;

  public CaronaModule(CaronaConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    bind(CaronaConfig.class).toInstance(config);
    bind(CaronaStore.class).to(DynamoDbCaronaStore.class);
    bind(DynamoDbCaronaStore.class).in(Singleton.class);
    bind(CaronaList.class);
    bind(ListLimits.class).in(Singleton.class);
    bind(CaronaStatusStore.class).to(DynamoDbCaronaStatusStore.class);
    bind(DynamoDbCaronaStatusStore.class);
    bind(RecentCaronas.class).in(Singleton.class);
    bind(Vagas.class);
    service(CaronaGrpcService.class);
    method(CaronaServiceGrpc.getCheckVagasMethod(), ANSWERS_ON_EVENT_LOOP, POLLS, READS, TIMED);
    method(CaronaServiceGrpc.getGetCaronaMethod(), ANSWERS_ON_EVENT_LOOP, POLLS, READS);
    method(CaronaServiceGrpc.getListCaronasDisponiveisMethod(), READS);
    method(CaronaServiceGrpc.getCreateCaronaMethod(), MAX_CREATE_BYTES);
    method(CaronaServiceGrpc.getUpdateCaronaStatusMethod());
    publishedMeters(List.of(RecentCaronas.CACHE));
    samplingRules(CaronaModule.class.getResource("sampling-rules.json"));
    hotPath(CaronaModule::checkNothing);
  }

  /** Goes all the way to a read, which finds no ride. */
  private static void checkNothing(Channel channel) {
    var _ =
        CaronaServiceGrpc.newBlockingStub(channel)
            .checkVagas(CheckVagasRequest.newBuilder().setCaronaId("warm-up").build());
  }

  @ProvidesIntoSet
  ReadinessCheck oneRead(CaronaStore store) {
    return () -> store.find("readiness", Freshness.EVENTUAL);
  }
}
