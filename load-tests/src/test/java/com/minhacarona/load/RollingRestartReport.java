package com.minhacarona.load;

import com.google.common.util.concurrent.ListenableFuture;
import com.minhacarona.client.ServiceConfig;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceFutureStub;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Restarts two tasks of reserva-service, one after the other, behind nginx and under steady load,
 * and prints a report. The client has the published service config. It takes a minute, needs nginx
 * on the PATH, and sends to loopback only.
 */
final class RollingRestartReport {
  private static final int RATE = 200;
  private static final Duration LOAD = Duration.ofSeconds(60);

  /** That of bookings in {@code timeouts.json}. */
  private static final long DEADLINE_SECONDS = 8;

  public static void main(String[] args) throws Exception {
    List<Integer> ports = List.of(Nginx.freePort(), Nginx.freePort());
    try (SlowStore store = new SlowStore(Duration.ofMillis(20), 50)) {
      TaskProcess[] tasks = {task(store, ports.get(0)), task(store, ports.get(1))};
      try (Nginx nginx = Nginx.start(ports)) {
        ManagedChannel channel =
            Grpc.newChannelBuilderForAddress(
                    "127.0.0.1", nginx.port(), InsecureChannelCredentials.create())
                .defaultServiceConfig(ServiceConfig.asMap())
                .build();
        ReservaServiceFutureStub stub = ReservaServiceGrpc.newFutureStub(channel);
        AtomicInteger restarts = new AtomicInteger();
        Thread roller = Thread.ofVirtual().start(() -> roll(store, ports, tasks, restarts));
        OpenLoop load = OpenLoop.run(RATE, LOAD, () -> book(stub));
        roller.join();
        channel.shutdownNow();
        System.out.println("| what | measured |\n|---|---|");
        row("tasks restarted, one after the other", Integer.toString(restarts.get()));
        row(
            "calls, %d a second for %d s".formatted(RATE, LOAD.toSeconds()),
            Long.toString(RATE * LOAD.toSeconds()));
        row("calls answered", Integer.toString(load.answered()));
        row("calls that failed at the client", failures(load));
        row(
            "median, p99, longest",
            "%.0f, %.0f, %.0f ms"
                .formatted(
                    load.answeredPercentile(50),
                    load.answeredPercentile(99),
                    load.answeredPercentile(99.999)));
      }
      for (TaskProcess task : tasks) {
        task.close();
      }
    }
    System.exit(0);
  }

  private static void roll(
      SlowStore store, List<Integer> ports, TaskProcess[] tasks, AtomicInteger restarts) {
    try {
      for (int i = 0; i < tasks.length; i++) {
        Thread.sleep(Duration.ofSeconds(10));
        tasks[i].terminate();
        if (tasks[i].awaitExit() != 0) {
          throw new IllegalStateException("a task did not exit with 0");
        }
        tasks[i] = task(store, ports.get(i));
        restarts.incrementAndGet();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TaskProcess task(SlowStore store, int port) {
    return TaskProcess.reserva(
        store.endpoint(), "no-table", Map.of("MINHA_CARONA_PORT", Integer.toString(port)));
  }

  private static ListenableFuture<?> book(ReservaServiceFutureStub stub) {
    return stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .processarReserva(SlowStore.booking());
  }

  private static String failures(OpenLoop load) {
    Map<Status.Code, AtomicInteger> failures = load.failures();
    return failures.isEmpty() ? "0" : failures.toString();
  }

  private static void row(String what, String measured) {
    System.out.println("| %s | %s |".formatted(what, measured));
  }

  private RollingRestartReport() {}
}
