package com.minhacarona.runtime;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptor;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/** A gRPC server for the services that other modules add to {@link #services}. */
public final class GrpcServerModule extends AbstractModule {
  private final GrpcServerConfig config;

  public GrpcServerModule(GrpcServerConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    bind(GrpcServerConfig.class).toInstance(config);
    bind(Clock.class).toInstance(Clock.systemUTC());
    bind(RandomGenerator.class).to(SecureRandom.class);
    bind(SecureRandom.class).toInstance(new SecureRandom());
    bind(TraceIdInterceptor.class);
    bind(LoadSheddingInterceptor.class);
    bind(Admission.class).in(Singleton.class);
    bind(WarmUp.class).toInstance(new WarmUp());
    bind(AccessLogInterceptor.class);
    bind(DefaultDeadlineInterceptor.class);
    bind(TenantInterceptor.class);
    bind(ErrorInterceptor.class);
    bind(MalformedRequestInterceptor.class);
    bind(Interceptors.class);
    bind(GrpcServer.class).in(Singleton.class);
    bind(Service.class).in(Singleton.class);
    services(binder());
    components(binder());
    eventLoopMethods(binder());
    pollingMethods(binder());
    hotPath(binder()).setDefault().toInstance(_ -> {});
    tracing(binder());
  }

  /** The services that the server offers. */
  public static Multibinder<BindableService> services(Binder binder) {
    return Multibinder.newSetBinder(binder, BindableService.class);
  }

  /** The parts of the service that live beside its calls. */
  public static Multibinder<ServiceComponent> components(Binder binder) {
    return Multibinder.newSetBinder(binder, ServiceComponent.class);
  }

  /** The methods that never block, and so run on the event loop that read the call. */
  public static Multibinder<MethodDescriptor<?, ?>> eventLoopMethods(Binder binder) {
    return Multibinder.newSetBinder(binder, new TypeLiteral<MethodDescriptor<?, ?>>() {});
  }

  /** The methods that callers repeat to see whether something has changed. */
  public static Multibinder<MethodDescriptor<?, ?>> pollingMethods(Binder binder) {
    return Multibinder.newSetBinder(
        binder, new TypeLiteral<MethodDescriptor<?, ?>>() {}, Polling.class);
  }

  /** The call by which the server warms itself up; none unless a service brings it. */
  public static OptionalBinder<HotPath> hotPath(Binder binder) {
    return OptionalBinder.newOptionalBinder(binder, HotPath.class);
  }

  /** What traces calls; nothing unless a module brings it. */
  public static Multibinder<ServerInterceptor> tracing(Binder binder) {
    return Multibinder.newSetBinder(binder, ServerInterceptor.class, Tracing.class);
  }

  @Provides
  @Singleton
  ExecutorService callExecutor() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("call-", 0).factory());
  }

  @Provides
  @Singleton
  ScheduledExecutorService timer() {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name("deadlines").daemon().factory());
  }
}
