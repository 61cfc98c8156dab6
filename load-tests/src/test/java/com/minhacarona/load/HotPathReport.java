package com.minhacarona.load;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.GetCaronaRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures what the service costs beside grpc-java alone: answers from memory about one ride, with
 * 64 calls in flight, against {@link BareEcho}, in turns. Each server has one core, and the client
 * another one. It sends to loopback only. Arguments make it shorter: starts, rounds, seconds of a
 * round, seconds of warming up.
 */
final class HotPathReport {
  private static final int STARTS = 3;
  private static final int ROUNDS = 8;
  private static final int SECONDS = 4;
  private static final int WARM_UP_SECONDS = 20;
  private static final int IN_FLIGHT = 64;
  private static final String SERVERS_CORE = "0";
  private static final String CLIENTS_CORE = "1";

  /** A kind of call. The first one is what the others are compared with. */
  private record Way(String name, TaskProcess task, String method, byte[] request) {}

  /** One round of a way; latencies and processor time in microseconds. */
  private record Round(double perSecond, double p50, double p99, double processor, int refused) {}

  private final Map<String, List<Round>> measured = new LinkedHashMap<>();
  private final LocalDynamoDb table = LocalDynamoDb.start();
  private final CaronaItem carona =
      Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1)));
  private final int rounds;
  private final Duration time;
  private final Duration warmUp;

  private HotPathReport(int rounds, Duration time, Duration warmUp) {
    this.rounds = rounds;
    this.time = time;
    this.warmUp = warmUp;
    table.put(carona);
  }

  public static void main(String[] args) throws Exception {
    int starts = args.length > 0 ? Integer.parseInt(args[0]) : STARTS;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : SECONDS;
    int warmUp = args.length > 3 ? Integer.parseInt(args[3]) : WARM_UP_SECONDS;
    pin(ProcessHandle.current().pid(), CLIENTS_CORE);
    HotPathReport report =
        new HotPathReport(rounds, Duration.ofSeconds(seconds), Duration.ofSeconds(warmUp));
    for (int start = 0; start < starts; start++) {
      report.measure();
    }
    report.print();
    System.exit(0); // DynamoDB Local leaves threads behind.
  }

  /** Measures fresh processes, because each compiles its code a little differently. */
  private void measure() throws IOException, InterruptedException {
    byte[] check = CheckVagasRequest.newBuilder().setCaronaId(carona.id()).build().toByteArray();
    byte[] get = GetCaronaRequest.newBuilder().setCaronaId(carona.id()).build().toByteArray();
    String checkVagas = CaronaServiceGrpc.getCheckVagasMethod().getFullMethodName();
    String getCarona = CaronaServiceGrpc.getGetCaronaMethod().getFullMethodName();
    try (TaskProcess bare = pinned(TaskProcess.command(BareEcho.class.getName()), Map.of());
        TaskProcess everyLine = task("1");
        TaskProcess sampled = task("100");
        TaskProcess noLine = task("10000")) {
      List<Way> ways =
          new ArrayList<>(
              List.of(
                  new Way("grpc-java alone", bare, checkVagas, check),
                  new Way("`CheckVagas`, no line", noLine, checkVagas, check),
                  new Way("`CheckVagas`, a line in 100", sampled, checkVagas, check),
                  new Way("`CheckVagas`, each line", everyLine, checkVagas, check),
                  new Way("`GetCarona`, a line in 100", sampled, getCarona, get)));
      ways.forEach(way -> measured.computeIfAbsent(way.name, _ -> new ArrayList<>()));
      for (Way way : ways) {
        run(way, warmUp);
      }
      for (int i = 0; i < rounds; i++) {
        for (Way way : ways) {
          measured.get(way.name).add(run(way, time));
        }
        // No way always comes after the same one.
        Collections.shuffle(ways);
      }
    }
  }

  private static Round run(Way way, Duration time) throws IOException {
    try (WireLoop loop = new WireLoop(way.task.port(), way.method, way.request)) {
      var _ = loop.run(IN_FLIGHT, Duration.ofMillis(300));
      Duration before = way.task.processorTime();
      WireLoop.Measured calls = loop.run(IN_FLIGHT, time);
      Duration used = way.task.processorTime().minus(before);
      return new Round(
          calls.perSecond(),
          calls.percentile(50),
          calls.percentile(99),
          used.toNanos() / 1e3 / calls.calls(),
          calls.refused());
    }
  }

  private TaskProcess task(String pollsPerLine) {
    return pinned(
        TaskProcess.command("com.minhacarona.carona.CaronaMain"),
        Map.of("MINHA_CARONA_POLLS_PER_LINE", pollsPerLine));
  }

  private TaskProcess pinned(List<String> command, Map<String, String> settings) {
    List<String> all = new ArrayList<>(List.of("taskset", "-c", SERVERS_CORE));
    all.addAll(command);
    return TaskProcess.start(all, table.endpoint(), table.tableName(), settings);
  }

  private static void pin(long pid, String core) throws IOException, InterruptedException {
    new ProcessBuilder("taskset", "-a", "-p", "-c", core, Long.toString(pid)).start().waitFor();
  }

  private void print() {
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
    System.out.println("Medians. Ratios: the median of those of each round to the first row.");
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
