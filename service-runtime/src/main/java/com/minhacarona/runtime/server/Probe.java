package com.minhacarona.runtime.server;

import com.minhacarona.runtime.connections.ListenerConfig;
import com.minhacarona.runtime.connections.Loopback;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Asks the server on this machine whether it serves. This is the container's health check. */
final class Probe {
  /** With the start of the process less than the 10 s that a container's check may take. */
  private static final long TIMEOUT_SECONDS = 8;

  /** Returns the health status, such as SERVING, or the error of the call. */
  static String ask(ListenerConfig config) {
    ManagedChannel channel = Loopback.channel(config, Instant.now());
    try {
      return HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .check(HealthCheckRequest.getDefaultInstance())
          .getStatus()
          .name();
    } catch (StatusRuntimeException e) {
      return e.getStatus().toString();
    } finally {
      channel.shutdownNow();
    }
  }

  static boolean isServing(String answer) {
    return answer.equals(ServingStatus.SERVING.name());
  }

  private Probe() {}
}
