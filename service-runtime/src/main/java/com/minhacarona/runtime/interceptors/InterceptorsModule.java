package com.minhacarona.runtime.interceptors;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.minhacarona.runtime.call.CallWork;
import com.minhacarona.runtime.call.MethodTraits;
import com.minhacarona.runtime.call.WorkPermits;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Binds the interceptors that every call passes before it reaches a service, and afterwards. */
public final class InterceptorsModule extends AbstractModule {
  private final boolean adaptiveLimit;
  private final PollLines pollLines;

  /**
   * The interceptors.
   *
   * @param adaptiveLimit whether the number of calls at a time follows their latency; otherwise it
   *     is that of the store's connections
   */
  public InterceptorsModule(boolean adaptiveLimit, PollLines pollLines) {
    this.adaptiveLimit = adaptiveLimit;
    this.pollLines = pollLines;
  }

  @Override
  protected void configure() {
    bind(WarmUp.class).toInstance(new WarmUp());
    bind(PollLines.class).toInstance(pollLines);
    bind(CallMetrics.class).in(Singleton.class);
    bind(AccessLog.class).in(Singleton.class);
    bind(ObservingInterceptor.class);
    bind(CallContext.Factory.class);
    bind(CallStart.class).in(Singleton.class);
    bind(ThreadInterceptor.class);
    OptionalBinder.newOptionalBinder(binder(), VerificationPlaces.class)
        .setDefault()
        .toInstance(VerificationPlaces.DEFAULT);
    bind(LoadSheddingInterceptor.class).in(Singleton.class);
    bind(OpenMethodsInterceptor.class).in(Singleton.class);
    bind(EarlyEnd.Factory.class).in(Singleton.class);
    bind(EarlyEndInterceptor.class);
    bind(ErrorInterceptor.class);
    bind(CallerInterceptor.class);
    bind(MalformedRequestInterceptor.class);
    bind(Interceptors.class);
    bind(WorkPermits.class).to(Admission.class);
    bind(CallWork.class).to(AdmittedWork.class);
    bind(AdmittedWork.class);
    hotPaths(binder());
    methods(binder());
    tracing(binder());
  }

  /** The traits of the methods of all services. */
  public static Multibinder<MethodTraits> methods(Binder binder) {
    return Multibinder.newSetBinder(binder, MethodTraits.class);
  }

  /** The calls that warm the process up. */
  public static Multibinder<HotPath> hotPaths(Binder binder) {
    return Multibinder.newSetBinder(binder, HotPath.class);
  }

  /** The interceptors that trace calls; none unless a module brings one. */
  public static Multibinder<ServerInterceptor> tracing(Binder binder) {
    return Multibinder.newSetBinder(binder, ServerInterceptor.class, Tracing.class);
  }

  @Provides
  @Singleton
  Admission admission(
      Set<MethodTraits> methods, DynamoDbConfig store, MeterRegistry meters, DeadlineTimer timer) {
    return new Admission(
        MethodTraits.namesWith(MethodTraits.Trait.POLLS, methods),
        store.maxConnections(),
        adaptiveLimit,
        meters,
        System::nanoTime,
        (task, nanos) -> timer.schedule(task, nanos, TimeUnit.NANOSECONDS));
  }

  @Provides
  @Singleton
  DeadlineTimer deadlineTimer(ScheduledExecutorService deadlines) {
    return new DeadlineTimer(deadlines);
  }

  /** Ends calls and waits that took too long, and nothing else: a slow task would delay them. */
  @Provides
  @Singleton
  ScheduledExecutorService deadlines() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("deadlines").daemon().factory());
    // Most calls end long before their deadline, and must not be kept until then.
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }
}
