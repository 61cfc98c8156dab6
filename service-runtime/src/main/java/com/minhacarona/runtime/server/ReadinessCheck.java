package com.minhacarona.runtime.server;

/** Must succeed once before a server says SERVING. Throws when it fails. */
@FunctionalInterface
public interface ReadinessCheck {
  void run();
}
