package com.minhacarona.runtime.process;

import java.util.Set;

/**
 * The level from which on lines are logged. {@code logback.xml} reads the variable itself, before
 * anything of ours runs; here it is checked.
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
