package com.minhacarona.runtime.server;

import com.google.inject.AbstractModule;
import com.minhacarona.runtime.call.MethodTraits;
import com.minhacarona.runtime.interceptors.HotPath;
import com.minhacarona.runtime.interceptors.InterceptorsModule;
import com.minhacarona.runtime.metrics.MetricsModule;
import com.minhacarona.runtime.tracing.TracingModule;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import java.net.URL;
import java.util.Collection;
import java.util.Set;

/**
 * The module of one feature of a service. Its {@link #configure} calls these methods to tell the
 * runtime what the feature offers.
 */
public abstract class FeatureModule extends AbstractModule {

  /** Offers a gRPC service. */
  protected final void service(Class<? extends BindableService> service) {
    bind(service);
    GrpcServerModule.services(binder()).addBinding().to(service);
  }

  /** Says how the runtime treats a method of which a message has at most a kilobyte. */
  protected final void method(MethodDescriptor<?, ?> method, MethodTraits.Trait... traits) {
    method(method, MethodTraits.MAX_MESSAGE_BYTES, traits);
  }

  /**
   * Says how the runtime treats a method.
   *
   * @param maxMessageBytes how large a message of a caller may be
   */
  protected final void method(
      MethodDescriptor<?, ?> method, int maxMessageBytes, MethodTraits.Trait... traits) {
    InterceptorsModule.methods(binder())
        .addBinding()
        .toInstance(new MethodTraits(method, maxMessageBytes, Set.of(traits)));
  }

  /** Starts and stops a singleton that lives beside the calls. */
  protected final void component(Class<? extends ServiceComponent> component) {
    GrpcServerModule.components(binder()).addBinding().to(component);
  }

  /** Warms the process up with this call. */
  protected final void hotPath(HotPath hotPath) {
    InterceptorsModule.hotPaths(binder()).addBinding().toInstance(hotPath);
  }

  /** Samples traces by these rules, a file in X-Ray's own format; a service has at most one. */
  protected final void samplingRules(URL rules) {
    TracingModule.samplingRules(binder()).setBinding().toInstance(rules);
  }

  /** Publishes meters of these names, each series of which costs money. */
  protected final void publishedMeters(Collection<String> names) {
    names.forEach(name -> MetricsModule.published(binder()).addBinding().toInstance(name));
  }
}
