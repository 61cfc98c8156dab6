package com.minhacarona.runtime.process;

import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Hands what libraries log by {@code java.util.logging}, grpc-java above all, to Logback. Otherwise
 * it goes to standard error as text, past levels, limits and the bounded queue.
 */
public final class JavaUtilLogging {

  /** To be called before anything logs. */
  public static void toLogback() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  private JavaUtilLogging() {}
}
