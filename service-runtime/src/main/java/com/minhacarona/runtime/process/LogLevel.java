package com.minhacarona.runtime.process;

import java.util.Set;

/**
 * The lowest level that is logged. {@code logback.xml} reads the variable itself, before any code
 * of ours runs; this class only checks it.
 */
public final class LogLevel {
  private static final String VARIABLE = "MINHA_CARONA_LOG_LEVEL";
  private static final Set<String> LEVELS = Set.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");

  /** Checks the variable. */
  public static String from(Environment environment) {
    return environment.oneOf(VARIABLE, "INFO", LEVELS);
  }

  private LogLevel() {}
}
