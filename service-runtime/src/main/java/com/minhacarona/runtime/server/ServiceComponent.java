package com.minhacarona.runtime.server;

/** Lives beside the calls: started before the service serves, stopped after the last call. */
public interface ServiceComponent {

  /** Called after the server began to listen, before it says SERVING. Must not block for long. */
  void start();

  /** Called when the service is about to stop, while it still takes calls. Ends open streams. */
  void leave();

  /** Called when no call is left. */
  void stop();
}
