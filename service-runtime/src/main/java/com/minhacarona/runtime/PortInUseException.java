package com.minhacarona.runtime;

/** The server's port is taken. The message is one line that says what to change. */
public final class PortInUseException extends RuntimeException {
  PortInUseException(GrpcServerConfig config, Throwable cause) {
    super(
        "Port %d is in use: stop what listens there, or set %s to another port"
            .formatted(config.port(), config.portVariable()),
        cause);
  }
}
