package com.minhacarona.carona;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.minhacarona.carona.feed.CaronaFeed;

/** A feed that tells what a test says through its listener, and nothing by itself. */
final class RecordedFeed implements CaronaFeed {
  Listener listener;
  volatile boolean stopped;

  Module module() {
    return new AbstractModule() {
      @Override
      protected void configure() {
        bind(CaronaFeed.class).toInstance(RecordedFeed.this);
      }
    };
  }

  @Override
  public void start(Listener toTell) {
    listener = toTell;
  }

  @Override
  public void stop() {
    stopped = true;
  }
}
