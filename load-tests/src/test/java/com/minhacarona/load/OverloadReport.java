package com.minhacarona.load;

import com.google.common.util.concurrent.ListenableFuture;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceFutureStub;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Sends reserva-service twice the bookings that its store can do, for a minute, and prints a
 * report. The store answers after 20 ms and works on 20 requests at a time. It takes two minutes,
 * and sends to loopback only.
 */
final class OverloadReport {
  private static final Duration STORE_LATENCY = Duration.ofMillis(20);
  private static final int STORE_WORKERS = 20;

  /** Far below what the store can do. */
  private static final int UNCONTENDED = 200;

  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final Duration OVERLOAD = Duration.ofSeconds(60);
  private static final int CONNECTIONS = 8;

  public static void main(String[] args) throws Exception {
    try (SlowStore store = new SlowStore(STORE_LATENCY, STORE_WORKERS);
        TaskProcess task = TaskProcess.reserva(store.endpoint(), "no-table")) {
      List<ManagedChannel> channels =
          IntStream.range(0, CONNECTIONS).mapToObj(_ -> channel(task)).toList();
      AtomicInteger next = new AtomicInteger();
      List<ReservaServiceFutureStub> stubs =
          channels.stream().map(ReservaServiceGrpc::newFutureStub).toList();
      OpenLoop.run(UNCONTENDED * 2, WARM_UP, () -> book(stubs, next));
      OpenLoop calm = OpenLoop.run(UNCONTENDED, MEASURED, () -> book(stubs, next));
      double peak = 0;
      for (int rate : List.of(600, 800, 900, 1_000, 1_100)) {
        OpenLoop step = OpenLoop.run(rate, MEASURED, () -> book(stubs, next));
        peak = Math.max(peak, step.goodput());
      }
      List<Boolean> health = new ArrayList<>();
      Thread probe = Thread.ofVirtual().start(() -> probe(task, health));
      int rate = (int) (2 * peak);
      OpenLoop overload = OpenLoop.run(rate, OVERLOAD, () -> book(stubs, next));
      probe.interrupt();
      probe.join();
      channels.forEach(ManagedChannel::shutdownNow);

      System.out.println("| what | measured |\n|---|---|");
      row("bookings a second at the most (10 s at each rate)", "%.0f".formatted(peak));
      row(
          "uncontended, %d a second: median, p99".formatted(UNCONTENDED),
          "%.1f, %.1f ms".formatted(calm.answeredPercentile(50), calm.answeredPercentile(99)));
      row("asked for, for %d s".formatted(OVERLOAD.toSeconds()), "%d a second".formatted(rate));
      row(
          "goodput under it",
          "%.0f a second, %.0f %% of the most"
              .formatted(overload.goodput(), 100 * overload.goodput() / peak));
      row(
          "what was accepted: median, p99",
          "%.1f, %.1f ms; p99 is %.1f times the uncontended one"
              .formatted(
                  overload.answeredPercentile(50),
                  overload.answeredPercentile(99),
                  overload.answeredPercentile(99) / calm.answeredPercentile(99)));
      row(
          "what was refused: median, p99",
          "%.1f, %.1f ms"
              .formatted(overload.refusedPercentile(50), overload.refusedPercentile(99)));
      row(
          "refusals, those with RetryInfo, other failures",
          "%d, %d, %d"
              .formatted(
                  overload.refused(),
                  overload.refusedWithRetryInfo(),
                  overload.failures().values().stream().mapToInt(AtomicInteger::get).sum()
                      - overload.refused()));
      row(
          "health checks meanwhile, those answered",
          "%d, %d".formatted(health.size(), health.stream().filter(ok -> ok).count()));
    }
    System.exit(0);
  }

  private static ListenableFuture<?> book(
      List<ReservaServiceFutureStub> stubs, AtomicInteger next) {
    return stubs
        .get(Math.floorMod(next.getAndIncrement(), stubs.size()))
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .processarReserva(SlowStore.booking());
  }

  /** Asks for health like a load balancer, but more often. */
  private static void probe(TaskProcess task, List<Boolean> answers) {
    ManagedChannel channel = channel(task);
    try {
      while (true) {
        boolean answered;
        try {
          var _ =
              HealthGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(1, TimeUnit.SECONDS)
                  .check(HealthCheckRequest.getDefaultInstance());
          answered = true;
        } catch (io.grpc.StatusRuntimeException _) {
          answered = false;
        }
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        answers.add(answered);
        Thread.sleep(500);
      }
    } catch (InterruptedException _) {
      // The report has ended.
    } finally {
      channel.shutdownNow();
    }
  }

  private static ManagedChannel channel(TaskProcess task) {
    return NettyChannelBuilder.forAddress("127.0.0.1", task.port()).usePlaintext().build();
  }

  private static void row(String what, String measured) {
    System.out.println("| %s | %s |".formatted(what, measured));
  }

  private OverloadReport() {}
}
