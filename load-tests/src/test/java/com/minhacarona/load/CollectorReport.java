package com.minhacarona.load;

import com.google.common.util.concurrent.ListenableFuture;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceFutureStub;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private static final List<Integer> RATES = List.of(100, 200, 300, 400, 500);
  private static final int CALM = 100;

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
    try (Container container =
        new Container(
            store,
            Map.of(),
            Optional.of("$(sed s/UseSerialGC/Use%sGC/ /app/java.args)".formatted(collector)))) {
      ReservaServiceFutureStub stub = ReservaServiceGrpc.newFutureStub(container.channel());
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
                  container.memory()));
    }
  }

  private static ListenableFuture<?> book(ReservaServiceFutureStub stub) {
    return stub.withDeadlineAfter(5, TimeUnit.SECONDS).processarReserva(SlowStore.booking());
  }

  private CollectorReport() {}
}
