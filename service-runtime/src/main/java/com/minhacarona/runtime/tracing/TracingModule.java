package com.minhacarona.runtime.tracing;

import com.amazonaws.xray.AWSXRayRecorder;
import com.amazonaws.xray.AWSXRayRecorderBuilder;
import com.amazonaws.xray.config.DaemonConfiguration;
import com.amazonaws.xray.emitters.Emitter;
import com.amazonaws.xray.strategy.DefaultThrowableSerializationStrategy;
import com.amazonaws.xray.strategy.sampling.LocalizedSamplingStrategy;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.minhacarona.runtime.dynamodb.DynamoDbModule;
import com.minhacarona.runtime.interceptors.InterceptorsModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;

/** Traces calls, and their calls to the table, with AWS X-Ray; the only package that knows it. */
public final class TracingModule extends AbstractModule {
  /** A segment must fit into a datagram of 64 KB. */
  private static final int MAX_STACK_FRAMES = 15;

  private static final String RULES = "/com/minhacarona/runtime/tracing/sampling-rules.json";

  private final TracingConfig config;

  public TracingModule(TracingConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    config
        .daemon()
        .ifPresent(daemon -> {
          AWSXRayRecorder recorder = recorder(daemon);
          bind(TracingConfig.class).toInstance(config);
          bind(AWSXRayRecorder.class).toInstance(recorder);
          bind(TracingInterceptor.class).in(Singleton.class);
          InterceptorsModule.tracing(binder()).addBinding().to(TracingInterceptor.class);
          DynamoDbModule.interceptors(binder())
              .addBinding()
              .toInstance(
                  new com.amazonaws.xray.interceptors.TracingInterceptor(recorder, null, null));
        });
  }

  private AWSXRayRecorder recorder(String daemon) {
    DaemonConfiguration address = new DaemonConfiguration();
    address.setDaemonAddress(daemon);
    try {
      return AWSXRayRecorderBuilder.standard()
          .withSegmentContextResolverChain(CallSegments.everywhere())
          .withSamplingStrategy(new LocalizedSamplingStrategy(rules()))
          .withThrowableSerializationStrategy(
              new DefaultThrowableSerializationStrategy(MAX_STACK_FRAMES))
          .withEmitter(Emitter.create(address))
          .withFastIdGenerator()
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException("No socket for the X-Ray daemon", e);
    }
  }

  private URL rules() throws MalformedURLException {
    return config.samplingRules().isPresent()
        ? url(config.samplingRules().get())
        : TracingModule.class.getResource(RULES);
  }

  private static URL url(Path file) throws MalformedURLException {
    return file.toUri().toURL();
  }
}
