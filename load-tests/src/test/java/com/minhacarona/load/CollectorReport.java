package com.minhacarona.load;

import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceFutureStub;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the image {@code reserva-service} on half a CPU and 1 GB with each of three garbage
 * collectors, on a store that answers after 5 ms, and prints what it booked and what memory it
 * took. It needs Docker and the image, takes six minutes, and sends to loopback only.
 */
final class CollectorReport {
  private static final Duration STORE_LATENCY = Duration.ofMillis(5);
  private static final int STORE_WORKERS = 64;
  private static final Duration WARM_UP = Duration.ofSeconds(40);
  private static final Duration MEASURED = Duration.ofSeconds(15);

  /** How long a container may take to serve before the report gives up. */
  private static final Duration START = Duration.ofMinutes(2);

  private static final List<Integer> RATES = List.of(100, 200, 300, 400, 500);
  private static final int CALM = 100;
  private static final int PORT = 50071;

  public static void main(String[] args) throws Exception {
    System.out.println(
        "| collector | bookings a second at the most | at %d a second: median, p99 | memory |"
            .formatted(CALM));
    System.out.println("|---|---:|---:|---:|");
    try (SlowStore store = new SlowStore(STORE_LATENCY, STORE_WORKERS)) {
      for (String collector : List.of("Serial", "G1", "Z")) {
        measure(collector, store);
      }
    }
    System.exit(0);
  }

  private static void measure(String collector, SlowStore store) throws Exception {
    String container =
        docker(
            "run",
            "--detach",
            "--network",
            "host",
            "--read-only",
            "--cpus",
            "0.5",
            "--memory",
            "1g",
            "--env",
            "MINHA_CARONA_AUTHENTICATION=off",
            "--env",
            "MINHA_CARONA_PORT=" + PORT,
            "--env",
            "MINHA_CARONA_DYNAMODB_ENDPOINT=" + store.endpoint(),
            "--entrypoint",
            "/bin/sh",
            "reserva-service",
            "-c",
            "exec /opt/java/bin/java $(sed s/UseSerialGC/Use%sGC/ /app/java.args)"
                .formatted(collector));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", PORT).usePlaintext().build();
    try {
      awaitServing(channel);
      ReservaServiceFutureStub stub = ReservaServiceGrpc.newFutureStub(channel);
      OpenLoop.run(CALM, WARM_UP, () -> book(stub));
      OpenLoop calm = OpenLoop.run(CALM, MEASURED, () -> book(stub));
      double most = 0;
      for (int rate : RATES) {
        most = Math.max(most, OpenLoop.run(rate, MEASURED, () -> book(stub)).goodput());
      }
      System.out.println(
          "| %s | %.0f | %.1f, %.1f ms | %s |"
              .formatted(
                  collector,
                  most,
                  calm.answeredPercentile(50),
                  calm.answeredPercentile(99),
                  docker("stats", "--no-stream", "--format", "{{.MemUsage}}", container)));
    } finally {
      channel.shutdownNow();
      docker("rm", "--force", container);
    }
  }

  private static void awaitServing(ManagedChannel channel) {
    await()
        .atMost(START)
        .ignoreExceptions()
        .until(() ->
            HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(1, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus()
                == ServingStatus.SERVING);
  }

  private static ListenableFuture<?> book(ReservaServiceFutureStub stub) {
    return stub.withDeadlineAfter(5, TimeUnit.SECONDS).processarReserva(SlowStore.booking());
  }

  private static String docker(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command));
    }
    return output.strip();
  }

  private CollectorReport() {}
}
