package com.minhacarona.runtime.server;

/** Every one must succeed once before a server says SERVING. Throws when it fails. */
@FunctionalInterface
public interface ReadinessCheck {
  void run();
}
