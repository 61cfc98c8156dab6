package com.minhacarona.runtime;

import java.time.Duration;

/**
 * How a gRPC server listens and stops.
 *
 * @param port TCP port; 0 takes any free one
 * @param portVariable the environment variable that sets the port, to name in an error
 * @param drainTimeout how long calls in flight may take to end after a stop was asked for
 */
public record GrpcServerConfig(int port, String portVariable, Duration drainTimeout) {
  private static final int DEFAULT_PORT = 50051;
  private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(25);

  /** Under the longest stop timeout that Fargate allows, 120 s. */
  private static final Duration MAX_DRAIN = Duration.ofSeconds(110);

  public static GrpcServerConfig from(Environment environment) {
    return from(environment, "MINHA_CARONA_PORT", DEFAULT_PORT);
  }

  /** For a process with more than one server. */
  public static GrpcServerConfig from(
      Environment environment, String portVariable, int defaultPort) {
    return new GrpcServerConfig(
        environment.integer(portVariable, defaultPort, 0, 65_535),
        portVariable,
        environment.millis("MINHA_CARONA_DRAIN_TIMEOUT_MS", DEFAULT_DRAIN, MAX_DRAIN));
  }
}
