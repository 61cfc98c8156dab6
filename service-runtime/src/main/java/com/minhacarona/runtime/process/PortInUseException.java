package com.minhacarona.runtime.process;

/** Another process listens on the server's port. The message is one line: what to change. */
public final class PortInUseException extends RuntimeException {
  /**
   * Names the port and the variable.
   *
   * @param variable the environment variable that sets the port
   */
  public PortInUseException(int port, String variable, Throwable cause) {
    super(
        "Port %d is in use: stop what listens there, or set %s to another port"
            .formatted(port, variable),
        cause);
  }
}
