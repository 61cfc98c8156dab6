package com.minhacarona.load;

import com.google.common.math.Quantiles;
import com.google.common.util.concurrent.ListenableFuture;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceFutureStub;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Starts the image {@code reserva-service} on half a CPU and 1 GB with different numbers of calls
 * to itself, and prints how long it takes until it serves, and what the first thousand callers wait
 * for, of whom the next 900 begin when the first 100 are answered. The numbers take turns. Its
 * arguments are how many turns, and then the numbers. It needs Docker and the image, takes half a
 * minute for each start, and sends to loopback only.
 */
final class StartReport {
  private static final Duration STORE_LATENCY = Duration.ofMillis(5);
  private static final int STORE_WORKERS = 64;
  private static final int A_SECOND = 50;
  private static final Duration FIRST_100 = Duration.ofSeconds(2);
  private static final Duration NEXT_900 = Duration.ofSeconds(18);

  private record Start(Duration untilServing, OpenLoop first100, OpenLoop next900) {}

  public static void main(String[] args) throws Exception {
    int turns = Integer.parseInt(args[0]);
    List<String> numbers = Arrays.stream(args).skip(1).toList();
    Map<String, List<Start>> starts = new LinkedHashMap<>();
    try (SlowStore store = new SlowStore(STORE_LATENCY, STORE_WORKERS)) {
      for (int turn = 0; turn < turns; turn++) {
        for (String calls : numbers) {
          starts.computeIfAbsent(calls, _ -> new ArrayList<>()).add(start(store, calls));
        }
      }
    }
    System.out.println(
        """
        | calls to itself | seconds to `SERVING` | first 100 callers: median, longest, ms \
        | next 900: median, p99, ms | failed |
        |---:|---:|---:|---:|---:|\
        """);
    starts.forEach((calls, all) ->
        System.out.println(
            "| %s | %.1f | %.0f, %.0f | %.0f, %.0f | %s |"
                .formatted(
                    calls,
                    median(all, start -> start.untilServing.toMillis() / 1e3),
                    median(all, start -> start.first100.answeredPercentile(50)),
                    median(all, start -> start.first100.answeredPercentile(99.99)),
                    median(all, start -> start.next900.answeredPercentile(50)),
                    median(all, start -> start.next900.answeredPercentile(99)),
                    all.stream().mapToInt(StartReport::failed).sum())));
    System.exit(0);
  }

  private static Start start(SlowStore store, String calls) throws IOException {
    try (Container container = new Container(store, Map.of("MINHA_CARONA_WARM_UP_CALLS", calls))) {
      ReservaServiceFutureStub stub = ReservaServiceGrpc.newFutureStub(container.channel());
      return new Start(
          container.untilServing(),
          OpenLoop.run(A_SECOND, FIRST_100, () -> book(stub)),
          OpenLoop.run(A_SECOND, NEXT_900, () -> book(stub)));
    }
  }

  private static ListenableFuture<?> book(ReservaServiceFutureStub stub) {
    return stub.withDeadlineAfter(10, TimeUnit.SECONDS).processarReserva(SlowStore.booking());
  }

  private static int failed(Start start) {
    return (int) (FIRST_100.plus(NEXT_900).toSeconds() * A_SECOND)
        - start.first100.answered()
        - start.next900.answered();
  }

  private static double median(List<Start> starts, ToDoubleFunction<Start> value) {
    return Quantiles.median().compute(starts.stream().mapToDouble(value).toArray());
  }

  private StartReport() {}
}
