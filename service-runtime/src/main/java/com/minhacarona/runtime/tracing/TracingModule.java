package com.minhacarona.runtime.tracing;

import com.amazonaws.xray.AWSXRayRecorder;
import com.amazonaws.xray.AWSXRayRecorderBuilder;
import com.amazonaws.xray.config.DaemonConfiguration;
import com.amazonaws.xray.emitters.Emitter;
import com.amazonaws.xray.strategy.DefaultThrowableSerializationStrategy;
import com.amazonaws.xray.strategy.sampling.LocalizedSamplingStrategy;
import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Key;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import com.minhacarona.runtime.interceptors.InterceptorsModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.Objects;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Traces calls, and their requests to the table, with AWS X-Ray. */
public final class TracingModule extends AbstractModule {
  /** Keeps a segment small enough for a datagram of 64 KB. */
  private static final int MAX_STACK_FRAMES = 15;

  /** The rules of a service that brings none of its own. */
  private static final URL DEFAULT_RULES =
      Objects.requireNonNull(TracingModule.class.getResource("sampling-rules.json"));

  private final TracingConfig config;

  public TracingModule(TracingConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    samplingRules(binder()).setDefault().toInstance(DEFAULT_RULES);
    config.daemon().ifPresent(daemon -> install(new Traced(config, daemon)));
  }

  /** The sampling rules of a service, a file in X-Ray's own format. */
  public static OptionalBinder<URL> samplingRules(Binder binder) {
    return OptionalBinder.newOptionalBinder(binder, Key.get(URL.class, SamplingRules.class));
  }

  /** What there is to do when there is a daemon to send traces to. */
  private static final class Traced extends AbstractModule {
    private final TracingConfig config;
    private final String daemon;

    Traced(TracingConfig config, String daemon) {
      this.config = config;
      this.daemon = daemon;
    }

    @Override
    protected void configure() {
      bind(TracingConfig.class).toInstance(config);
      bind(TracingInterceptor.class).in(Singleton.class);
      InterceptorsModule.tracing(binder()).addBinding().to(TracingInterceptor.class);
    }

    @ProvidesIntoSet
    ExecutionInterceptor callsToTheTable(AWSXRayRecorder recorder) {
      return new com.amazonaws.xray.interceptors.TracingInterceptor(recorder, null, null);
    }

    @Provides
    @Singleton
    AWSXRayRecorder recorder(@SamplingRules URL rulesOfTheService) {
      DaemonConfiguration address = new DaemonConfiguration();
      address.setDaemonAddress(daemon);
      try {
        return AWSXRayRecorderBuilder.standard()
            .withSegmentContextResolverChain(CallSegments.everywhere())
            .withSamplingStrategy(new LocalizedSamplingStrategy(rules(rulesOfTheService)))
            .withThrowableSerializationStrategy(
                new DefaultThrowableSerializationStrategy(MAX_STACK_FRAMES))
            .withEmitter(Emitter.create(address))
            .withFastIdGenerator()
            .build();
      } catch (IOException e) {
        throw new UncheckedIOException("No socket for the X-Ray daemon", e);
      }
    }

    private URL rules(URL ofTheService) throws MalformedURLException {
      return config.samplingRules().isPresent()
          ? config.samplingRules().get().toUri().toURL()
          : ofTheService;
    }
  }
}
