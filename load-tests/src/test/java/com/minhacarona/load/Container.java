package com.minhacarona.load;

import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The image {@code reserva-service} on half a CPU and 1 GB, as a small task has, on loopback. It
 * needs Docker and the image.
 */
final class Container implements AutoCloseable {
  private static final int PORT = 50071;

  /** How long a container may take to serve before the report gives up. */
  private static final Duration START = Duration.ofMinutes(2);

  private final String id;
  private final ManagedChannel channel;
  private final Duration untilServing;

  /**
   * Starts a container without authentication, and waits until it serves.
   *
   * @param settings beside those that every report needs
   */
  Container(SlowStore store, Map<String, String> settings) throws IOException {
    this(store, settings, Optional.empty());
  }

  /**
   * As the other one, with other arguments of {@code java} than the image's.
   *
   * @param arguments expanded by a shell
   */
  Container(SlowStore store, Map<String, String> settings, Optional<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "run",
                "--detach",
                "--network",
                "host",
                "--read-only",
                "--cpus",
                "0.5",
                "--memory",
                "1g"));
    Map<String, String> all = new HashMap<>(settings);
    all.put("MINHA_CARONA_AUTHENTICATION", "off");
    all.put("MINHA_CARONA_PORT", Integer.toString(PORT));
    all.put("MINHA_CARONA_DYNAMODB_ENDPOINT", store.endpoint().toString());
    all.forEach((name, value) -> command.addAll(List.of("--env", name + "=" + value)));
    arguments.ifPresent(_ -> command.addAll(List.of("--entrypoint", "/bin/sh")));
    command.add("reserva-service");
    arguments.ifPresent(of -> command.addAll(List.of("-c", "exec /opt/java/bin/java " + of)));
    long start = System.nanoTime();
    id = docker(command.toArray(String[]::new));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", PORT).usePlaintext().build();
    try {
      awaitServing();
    } catch (RuntimeException e) {
      try {
        close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
    untilServing = Duration.ofNanos(System.nanoTime() - start);
  }

  ManagedChannel channel() {
    return channel;
  }

  /** From the command that started it. */
  Duration untilServing() {
    return untilServing;
  }

  /** As Docker tells it, with what it may take at the most. */
  String memory() throws IOException {
    return docker("stats", "--no-stream", "--format", "{{.MemUsage}}", id);
  }

  @Override
  public void close() throws IOException {
    channel.shutdownNow();
    docker("rm", "--force", id);
  }

  private void awaitServing() {
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> {
          // Or it would wait longer between two attempts than a start takes.
          channel.resetConnectBackoff();
          return HealthGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(1, TimeUnit.SECONDS)
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus()
              == ServingStatus.SERVING;
        });
  }

  private static String docker(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(String.join(" ", command));
    }
    return output.strip();
  }
}
