package com.minhacarona.load;

import com.google.protobuf.Message;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures what the services cost beside grpc-java and the SDK alone ({@link BarePeer}), in turns:
 * answers from memory about one ride, then strong reads and bookings, with a store that answers at
 * once or after 5 ms. Each server has one core, and the client another one, together with the
 * store. It takes a quarter of an hour, and sends to loopback only. Arguments make it shorter:
 * starts, rounds, seconds of a round, seconds of warming up.
 */
final class HotPathReport {
  private static final int STARTS = 3;
  private static final int ROUNDS = 6;
  private static final int SECONDS = 3;
  private static final int WARM_UP_SECONDS = 12;
  private static final int IN_FLIGHT = 64;
  private static final int IN_FLIGHT_TO_STORE = 16;
  private static final List<Duration> LATENCIES = List.of(Duration.ZERO, Duration.ofMillis(5));
  private static final int STORE_WORKERS = 256;
  private static final Duration SETTLING = Duration.ofMillis(300);
  private static final String SERVERS_CORE = "0";
  private static final String CLIENTS_CORE = "1";

  private static final String CHECK_VAGAS =
      CaronaServiceGrpc.getCheckVagasMethod().getFullMethodName();
  private static final String GET_CARONA =
      CaronaServiceGrpc.getGetCaronaMethod().getFullMethodName();
  private static final String BOOK =
      ReservaServiceGrpc.getProcessarReservaMethod().getFullMethodName();

  /** A kind of call. The first one is what the others are compared with. */
  private record Way(
      String name, TaskProcess task, String method, Supplier<byte[]> requests, int inFlight) {}

  /** One round of a way; latencies and processor time in microseconds. */
  private record Round(double perSecond, double p50, double p99, double processor, int refused) {}

  private final CaronaItem carona =
      Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1)));
  private final int starts;
  private final int rounds;
  private final Duration time;
  private final Duration warmUp;

  private HotPathReport(int starts, int rounds, Duration time, Duration warmUp) {
    this.starts = starts;
    this.rounds = rounds;
    this.time = time;
    this.warmUp = warmUp;
  }

  public static void main(String[] args) throws Exception {
    int starts = args.length > 0 ? Integer.parseInt(args[0]) : STARTS;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : SECONDS;
    int warmUp = args.length > 3 ? Integer.parseInt(args[3]) : WARM_UP_SECONDS;
    pin(ProcessHandle.current().pid(), CLIENTS_CORE);
    HotPathReport report =
        new HotPathReport(starts, rounds, Duration.ofSeconds(seconds), Duration.ofSeconds(warmUp));
    report.fromMemory();
    for (Duration latency : LATENCIES) {
      report.byTheStore(latency);
    }
    System.out.println("Medians. Ratios: the median of those of each round to the first row.");
    System.exit(0);
  }

  private void fromMemory() throws IOException, InterruptedException {
    Supplier<byte[]> check =
        always(CheckVagasRequest.newBuilder().setCaronaId(carona.id()).build());
    Supplier<byte[]> get = always(GetCaronaRequest.newBuilder().setCaronaId(carona.id()).build());
    Map<String, List<Round>> measured = new LinkedHashMap<>();
    for (int start = 0; start < starts; start++) {
      try (SlowStore store = store(Duration.ZERO);
          TaskProcess bare = peer(store);
          TaskProcess noLine = carona(store, "10000");
          TaskProcess sampled = carona(store, "100");
          TaskProcess everyLine = carona(store, "1")) {
        measure(
            measured,
            new Way("grpc-java alone", bare, CHECK_VAGAS, check, IN_FLIGHT),
            new Way("`CheckVagas`, a line in 10,000", noLine, CHECK_VAGAS, check, IN_FLIGHT),
            new Way("`CheckVagas`, a line in 100", sampled, CHECK_VAGAS, check, IN_FLIGHT),
            new Way("`CheckVagas`, each line", everyLine, CHECK_VAGAS, check, IN_FLIGHT),
            new Way("`GetCarona`, a line in 100", sampled, GET_CARONA, get, IN_FLIGHT));
      }
    }
    print("From memory", measured);
  }

  private void byTheStore(Duration latency) throws IOException, InterruptedException {
    Supplier<byte[]> get =
        always(
            GetCaronaRequest.newBuilder()
                .setCaronaId(carona.id())
                .setConsistencia(Consistencia.CONSISTENCIA_FORTE)
                .build());
    Supplier<byte[]> book = () -> SlowStore.booking().toByteArray();
    Map<String, List<Round>> reads = new LinkedHashMap<>();
    Map<String, List<Round>> bookings = new LinkedHashMap<>();
    for (int start = 0; start < starts; start++) {
      try (SlowStore store = store(latency);
          TaskProcess bare = peer(store);
          TaskProcess caronas = carona(store, "100");
          TaskProcess reservas = task("com.minhacarona.reserva.ReservaMain", store, Map.of())) {
        measure(
            reads,
            new Way("the SDK alone", bare, GET_CARONA, get, IN_FLIGHT_TO_STORE),
            new Way("`GetCarona`, strong", caronas, GET_CARONA, get, IN_FLIGHT_TO_STORE));
        measure(
            bookings,
            new Way("the SDK alone", bare, BOOK, book, IN_FLIGHT_TO_STORE),
            new Way("`ProcessarReserva`", reservas, BOOK, book, IN_FLIGHT_TO_STORE));
      }
    }
    print("Reads from a store that answers after " + latency.toMillis() + " ms", reads);
    print("Bookings by a store that answers after " + latency.toMillis() + " ms", bookings);
  }

  /** Measures fresh processes, because each compiles its code a little differently. */
  private void measure(Map<String, List<Round>> measured, Way... all) throws IOException {
    List<Way> ways = new ArrayList<>(List.of(all));
    for (Way way : ways) {
      measured.computeIfAbsent(way.name, _ -> new ArrayList<>());
      var _ = run(way, warmUp);
    }
    for (int i = 0; i < rounds; i++) {
      for (Way way : ways) {
        measured.get(way.name).add(run(way, time));
      }
      // No way always comes after the same one.
      Collections.shuffle(ways);
    }
  }

  private static Round run(Way way, Duration time) throws IOException {
    try (WireLoop loop = new WireLoop(way.task.port(), way.method, way.requests)) {
      var _ = loop.run(way.inFlight, SETTLING);
      Duration before = way.task.processorTime();
      WireLoop.Measured calls = loop.run(way.inFlight, time);
      Duration used = way.task.processorTime().minus(before);
      return new Round(
          calls.perSecond(),
          calls.percentile(50),
          calls.percentile(99),
          used.toNanos() / 1e3 / calls.calls(),
          calls.refused());
    }
  }

  private static Supplier<byte[]> always(Message request) {
    byte[] bytes = request.toByteArray();
    return () -> bytes;
  }

  private SlowStore store(Duration latency) {
    return new SlowStore(latency, STORE_WORKERS, Optional.of(carona));
  }

  private static TaskProcess peer(SlowStore store) {
    return task(BarePeer.class.getName(), store, Map.of());
  }

  private static TaskProcess carona(SlowStore store, String pollsPerLine) {
    return task(
        "com.minhacarona.carona.CaronaMain",
        store,
        Map.of("MINHA_CARONA_POLLS_PER_LINE", pollsPerLine));
  }

  private static TaskProcess task(String main, SlowStore store, Map<String, String> settings) {
    List<String> command = new ArrayList<>(List.of("taskset", "-c", SERVERS_CORE));
    command.addAll(TaskProcess.command(main));
    return TaskProcess.start(command, store.endpoint(), "no-table", settings);
  }

  private static void pin(long pid, String core) throws IOException, InterruptedException {
    var _ =
        new ProcessBuilder("taskset", "-a", "-p", "-c", core, Long.toString(pid)).start().waitFor();
  }

  private static void print(String title, Map<String, List<Round>> measured) {
    System.out.println("\n" + title + ":\n");
    System.out.println(
        "| call | calls a second | ratio | CPU a call | ratio | p50 | p99 | ratio | refused |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    List<Round> base = measured.values().iterator().next();
    measured.forEach((name, ofWay) ->
        System.out.println(
            "| %s | %,.0f | %.2f | %.1f µs | %.2f | %.0f µs | %.0f µs | %.2f | %d |"
                .formatted(
                    name,
                    median(ofWay, Round::perSecond),
                    ratio(ofWay, base, Round::perSecond),
                    median(ofWay, Round::processor),
                    ratio(ofWay, base, Round::processor),
                    median(ofWay, Round::p50),
                    median(ofWay, Round::p99),
                    ratio(ofWay, base, Round::p99),
                    ofWay.stream().mapToInt(Round::refused).sum())));
  }

  private static double ratio(List<Round> ofWay, List<Round> base, ToDoubleFunction<Round> value) {
    return median(
        IntStream.range(0, base.size())
            .mapToObj(i -> value.applyAsDouble(ofWay.get(i)) / value.applyAsDouble(base.get(i)))
            .toList());
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
    return median(rounds.stream().map(value::applyAsDouble).toList());
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
