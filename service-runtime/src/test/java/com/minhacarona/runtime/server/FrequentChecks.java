package com.minhacarona.runtime.server;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.OptionalBinder;
import java.time.Duration;

/** Makes a service look at store and files every few milliseconds, so that no test waits for it. */
public final class FrequentChecks extends AbstractModule {
  private static final Duration SHORT = Duration.ofMillis(10);

  @Override
  protected void configure() {
    OptionalBinder.newOptionalBinder(binder(), CheckIntervals.class)
        .setBinding()
        .toInstance(new CheckIntervals(SHORT, SHORT, SHORT));
  }
}
