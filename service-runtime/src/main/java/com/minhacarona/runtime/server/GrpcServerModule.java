package com.minhacarona.runtime.server;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.minhacarona.runtime.connections.Certificates;
import com.minhacarona.runtime.interceptors.InterceptorsModule;
import com.minhacarona.runtime.metrics.MetricsModule;
import com.minhacarona.runtime.process.Steady;
import com.minhacarona.runtime.process.SteadyClock;
import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/** Binds a gRPC server for the services that other modules add to {@link #services}. */
public final class GrpcServerModule extends AbstractModule {
  private final GrpcServerConfig config;

  public GrpcServerModule(GrpcServerConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    bind(GrpcServerConfig.class).toInstance(config);
    bind(Clock.class).toInstance(Clock.systemUTC());
    bind(Clock.class)
        .annotatedWith(Steady.class)
        .toInstance(new SteadyClock(Clock.systemUTC(), System::nanoTime));
    bind(RandomGenerator.class).to(SecureRandom.class);
    bind(SecureRandom.class).toInstance(new SecureRandom());
    OptionalBinder.newOptionalBinder(binder(), CheckIntervals.class)
        .setDefault()
        .toInstance(CheckIntervals.DEFAULT);
    install(new InterceptorsModule(config.adaptiveLimit(), config.pollLines()));
    bind(GrpcServer.class).in(Singleton.class);
    bind(Service.class).in(Singleton.class);
    services(binder());
    components(binder());
    if (config.listener().tls().isPresent()) {
      MetricsModule.published(binder()).addBinding().toInstance(Certificates.EXPIRY);
      MetricsModule.published(binder()).addBinding().toInstance(Certificates.RELOAD_FAILED);
    }
  }

  /** The services that the server offers. */
  public static Multibinder<BindableService> services(Binder binder) {
    return Multibinder.newSetBinder(binder, BindableService.class);
  }

  /** The parts of the service that live beside its calls. */
  public static Multibinder<ServiceComponent> components(Binder binder) {
    return Multibinder.newSetBinder(binder, ServiceComponent.class);
  }

  /** What a server must know before it says SERVING. Without any it does not start. */
  public static Multibinder<ReadinessCheck> readiness(Binder binder) {
    return Multibinder.newSetBinder(binder, ReadinessCheck.class);
  }

  @Provides
  @Singleton
  Certificates certificates(Clock clock, MeterRegistry meters, CheckIntervals intervals) {
    return new Certificates(config.listener().tls(), clock, meters, intervals.certificates());
  }

  @Provides
  @Singleton
  ExecutorService callExecutor() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("call-", 0).factory());
  }
}
