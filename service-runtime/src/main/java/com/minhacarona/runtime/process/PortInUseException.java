package com.minhacarona.runtime.process;

/** The server's port is taken. The message is one line that says what to change. */
public final class PortInUseException extends CannotStartException {
  /**
   * Names the port and the variable.
   *
   * @param variable the environment variable that sets the port
   */
  public PortInUseException(int port, String variable, Throwable cause) {
    super(
        "Port %s is in use: stop what listens there, or set %s to another port"
            .formatted(port, variable),
        cause);
  }
}
