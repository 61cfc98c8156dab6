package com.minhacarona.runtime.server;

import com.minhacarona.runtime.connections.ListenerConfig;
import com.minhacarona.runtime.interceptors.PollLines;
import com.minhacarona.runtime.process.Environment;
import java.time.Duration;
import java.util.Set;

/**
 * How a gRPC server listens and stops.
 *
 * @param listener its ports
 * @param reflection whether it describes its services to callers that ask
 * @param adaptiveLimit whether the number of calls at a time follows their latency; otherwise it is
 *     the number of the store's connections
 * @param warmUpCalls how many calls the server makes to itself before it says SERVING
 * @param pollLines how many calls that poll there are to a line of the access log
 * @param drainDelay how long the server takes calls after it was asked to stop, while load
 *     balancers and clients notice
 * @param drainTimeout how long calls in flight may take after {@code drainDelay}
 */
public record GrpcServerConfig(
    ListenerConfig listener,
    boolean reflection,
    boolean adaptiveLimit,
    int warmUpCalls,
    PollLines pollLines,
    Duration drainDelay,
    Duration drainTimeout) {
  private static final int DEFAULT_PORT = 50051;
  private static final int DEFAULT_MTLS_PORT = 50443;
  private static final int DEFAULT_WARM_UP = 300;
  private static final int MAX_WARM_UP = 10_000;
  private static final int MAX_POLLS_A_LINE = 10_000;

  /**
   * Gives clients that connect by name time to notice. A load balancer needs none, because ECS
   * takes a task out of it before it stops the task.
   */
  private static final Duration DEFAULT_DRAIN_DELAY = Duration.ofSeconds(5);

  private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(25);

  /** Under the longest stop timeout that Fargate allows, 120 s. */
  private static final Duration MAX_DRAIN = Duration.ofSeconds(80);

  private static final Duration MAX_DRAIN_DELAY = Duration.ofSeconds(30);

  public static GrpcServerConfig from(Environment environment) {
    return from(
        environment,
        ListenerConfig.from(
            environment,
            "MINHA_CARONA_PORT",
            DEFAULT_PORT,
            "MINHA_CARONA_MTLS_PORT",
            DEFAULT_MTLS_PORT));
  }

  /** For a process with more than one server. */
  public static GrpcServerConfig from(Environment environment, ListenerConfig listener) {
    return new GrpcServerConfig(
        listener,
        isOn(environment, "MINHA_CARONA_REFLECTION"),
        isOn(environment, "MINHA_CARONA_ADAPTIVE_LIMIT"),
        environment.integer("MINHA_CARONA_WARM_UP_CALLS", DEFAULT_WARM_UP, 0, MAX_WARM_UP),
        new PollLines(
            environment.integer(
                "MINHA_CARONA_POLLS_PER_LINE", PollLines.EACH.pollsALine(), 1, MAX_POLLS_A_LINE)),
        environment.millis("MINHA_CARONA_DRAIN_DELAY_MS", DEFAULT_DRAIN_DELAY, MAX_DRAIN_DELAY),
        environment.millis("MINHA_CARONA_DRAIN_TIMEOUT_MS", DEFAULT_DRAIN, MAX_DRAIN));
  }

  private static boolean isOn(Environment environment, String name) {
    return environment.oneOf(name, "on", Set.of("on", "off")).equals("on");
  }

  /**
   * Suits one machine: starts and stops without a delay or a warm-up, and does not limit calls by
   * the latency of DynamoDB Local.
   */
  public GrpcServerConfig atOnce() {
    return new GrpcServerConfig(
        listener, reflection, false, 0, pollLines, Duration.ZERO, drainTimeout);
  }

  /** The same with other ports. */
  public GrpcServerConfig with(ListenerConfig listener) {
    return new GrpcServerConfig(
        listener, reflection, adaptiveLimit, warmUpCalls, pollLines, drainDelay, drainTimeout);
  }

  /** The same, for this machine alone or for everybody. */
  public GrpcServerConfig withLoopbackOnly(boolean loopbackOnly) {
    return with(listener.withLoopbackOnly(loopbackOnly));
  }
}
