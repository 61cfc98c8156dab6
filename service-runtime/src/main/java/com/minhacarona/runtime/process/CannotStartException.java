package com.minhacarona.runtime.process;

/**
 * Keeps a process from starting, and is for whoever started it to mend. The message says what to
 * change; {@link ProcessExit#abort} prints it without a stack trace.
 */
public class CannotStartException extends RuntimeException {

  public CannotStartException(String message) {
    super(message);
  }

  public CannotStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
