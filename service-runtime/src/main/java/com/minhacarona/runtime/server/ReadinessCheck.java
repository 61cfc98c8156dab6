package com.minhacarona.runtime.server;

/** What must have worked once before a server says SERVING; throws when it did not. */
@FunctionalInterface
public interface ReadinessCheck {
  void run();
}
