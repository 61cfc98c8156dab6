package com.minhacarona.runtime.server;

/** A part of a service that lives beside its calls: started before it serves, stopped after. */
public interface ServiceComponent {

  /** Called once the server listens, before it says SERVING. Must not block for long. */
  void start();

  /** Called when the service is about to stop, while it still takes calls: ends open streams. */
  void leave();

  /** Called when no call is left. */
  void stop();
}
