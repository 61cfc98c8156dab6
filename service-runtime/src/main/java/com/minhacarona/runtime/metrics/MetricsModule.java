package com.minhacarona.runtime.metrics;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.minhacarona.runtime.call.MethodTraits;
import com.minhacarona.runtime.dynamodb.AwsClients;
import io.grpc.MethodDescriptor;
import io.micrometer.cloudwatch2.CloudWatchConfig;
import io.micrometer.cloudwatch2.CloudWatchMeterRegistry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClientBuilder;

/**
 * Binds one registry for all meters of a service. It passes them on to CloudWatch in a deployment,
 * and to the registries that a program brings.
 */
public final class MetricsModule extends AbstractModule {
  /** The CloudWatch namespace. */
  private static final String NAMESPACE = "MinhaCarona";

  private final MetricsConfig config;
  private final List<MeterRegistry> others;

  public MetricsModule(MetricsConfig config, MeterRegistry... others) {
    this.config = config;
    this.others = List.of(others);
  }

  @Override
  protected void configure() {
    bind(JvmMeters.class).asEagerSingleton();
    published(binder());
  }

  /** The names of a service's own meters that are published. */
  public static Multibinder<String> published(Binder binder) {
    return Multibinder.newSetBinder(binder, String.class, Published.class);
  }

  @Provides
  @Singleton
  MeterRegistry meters(Set<MethodTraits> methods, @Published Set<String> published) {
    CompositeMeterRegistry all = new CompositeMeterRegistry();
    others.forEach(all::add);
    config
        .environment()
        .ifPresent(environment -> all.add(cloudWatch(environment, methods, published)));
    return all;
  }

  private MeterRegistry cloudWatch(
      String environment, Set<MethodTraits> methods, Set<String> published) {
    CloudWatchAsyncClientBuilder client =
        AwsClients.background(CloudWatchAsyncClient.builder(), config.region(), config.endpoint());
    config
        .only()
        .ifPresent(names ->
            client.overrideConfiguration(
                client.overrideConfiguration().toBuilder()
                    .addExecutionInterceptor(new OnlySome(names))
                    .build()));
    CloudWatchMeterRegistry registry =
        new CloudWatchMeterRegistry(
            new CloudWatchConfig() {
              @Override
              public String get(String key) {
                return null;
              }

              @Override
              public String namespace() {
                return NAMESPACE;
              }
            },
            Clock.SYSTEM,
            client.build());
    registry
        .config()
        .meterFilter(
            new PublishedMeters(
                MethodTraits.methodsWith(MethodTraits.Trait.TIMED, methods).stream()
                    .map(MethodDescriptor::getBareMethodName)
                    .collect(Collectors.toSet()),
                published));
    // Added after the filter, which would remove them.
    registry.config().commonTags("environment", environment, "service", config.service());
    return registry;
  }
}
