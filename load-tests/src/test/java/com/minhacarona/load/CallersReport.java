package com.minhacarona.load;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceStub;
import com.minhacarona.v1.CheckVagasRequest;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures what it costs to know who calls: {@code CheckVagas}, answered from memory over TLS, by
 * callers that prove who they are in each way, in turns. It takes a quarter of an hour, and sends
 * to loopback only. Arguments make it shorter: processes of each kind, rounds, seconds of a round,
 * calls that warm up a task.
 */
final class CallersReport {
  private static final int STARTS = 3;
  private static final int ROUNDS = 6;
  private static final int SECONDS = 5;

  /** Ten times what the JVM's second compiler waits for. */
  private static final int WARM_UP_CALLS = 150_000;

  /** What each new connection needs before it is measured. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  /** As many as a task has event loops, so that each has one. */
  private static final int CONNECTIONS = Runtime.getRuntime().availableProcessors();

  private static final int IN_FLIGHT = 16;

  /** The longest there is, so that the store does nothing meanwhile. */
  private static final String STALENESS_MS = "10000";

  private static final double MAX_FROM_STORE = 0.01;

  /** A way to call. The first one is what the others are compared with. */
  private record Way(
      String name, TaskProcess task, int port, ChannelCredentials credentials, Metadata headers) {}

  /** One round of a way; latencies and processor time in microseconds. */
  private record Round(
      int start, double perSecond, double p50, double p99, double taskTime, double fromMemory) {}

  private final Map<String, List<Round>> measured = new LinkedHashMap<>();
  private final LocalDynamoDb table = LocalDynamoDb.start();
  private final CaronaItem carona =
      Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1)));
  private final int rounds;
  private final Duration time;
  private final int warmUpCalls;

  private CallersReport(int rounds, Duration time, int warmUpCalls) {
    this.rounds = rounds;
    this.time = time;
    this.warmUpCalls = warmUpCalls;
    table.put(carona);
  }

  public static void main(String[] args) throws Exception {
    int starts = args.length > 0 ? Integer.parseInt(args[0]) : STARTS;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : SECONDS;
    int warmUpCalls = args.length > 3 ? Integer.parseInt(args[3]) : WARM_UP_CALLS;
    CallersReport report = new CallersReport(rounds, Duration.ofSeconds(seconds), warmUpCalls);
    for (int start = 0; start < starts; start++) {
      report.measure(start);
    }
    report.print();
    System.exit(0); // DynamoDB Local leaves threads behind.
  }

  /** Measures fresh processes, because each compiles its code a little differently. */
  private void measure(int start) throws InterruptedException {
    try (KnownCallers callers = new KnownCallers();
        TaskProcess off = task(callers.off());
        TaskProcess offAgain = task(callers.off());
        TaskProcess required = task(callers.required())) {
      String token = callers.serviceToken();
      ChannelCredentials stranger = callers.stranger();
      List<Way> ways =
          new ArrayList<>(
              List.of(
                  new Way("off", off, off.port(), stranger, new Metadata()),
                  new Way(
                      "off, in another process",
                      offAgain,
                      offAgain.port(),
                      stranger,
                      new Metadata()),
                  new Way(
                      "required: a service's token",
                      required,
                      required.port(),
                      stranger,
                      KnownCallers.bearing(token)),
                  new Way(
                      "required: the same, and a resident's",
                      required,
                      required.port(),
                      stranger,
                      callers.bearing(token, carona.condominioId())),
                  new Way(
                      "required: a client certificate",
                      required,
                      required.mtlsPort(),
                      callers.certified(),
                      new Metadata())));
      ways.forEach(way -> measured.computeIfAbsent(way.name, _ -> new ArrayList<>()));
      for (Way way : ways) {
        warmUp(way, ways.stream().filter(other -> other.task.equals(way.task)).count());
      }
      for (int i = 0; i < rounds; i++) {
        for (Way way : ways) {
          measured.get(way.name).add(round(start, way));
        }
        // No way always comes after the same one.
        Collections.shuffle(ways);
      }
    }
  }

  /** All tasks get as many calls, so that none has compiled more of its code than others. */
  private void warmUp(Way way, long waysOfTask) throws InterruptedException {
    long calls = 0;
    while (calls < warmUpCalls / waysOfTask) {
      calls += (long) (round(0, way).perSecond * time.toSeconds());
    }
  }

  private TaskProcess task(Map<String, String> settings) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.put("MINHA_CARONA_VAGAS_STALENESS_MS", STALENESS_MS);
    return TaskProcess.carona(table.endpoint(), table.tableName(), all);
  }

  private Round round(int start, Way way) throws InterruptedException {
    CheckVagasRequest request =
        CheckVagasRequest.newBuilder().setCaronaId(carona.id()).setVagas(1).build();
    List<ManagedChannel> channels =
        IntStream.range(0, CONNECTIONS)
            .mapToObj(_ ->
                Grpc.newChannelBuilderForAddress("127.0.0.1", way.port, way.credentials)
                    .directExecutor()
                    .build())
            .toList();
    List<CaronaServiceStub> stubs =
        channels.stream()
            .map(channel ->
                CaronaServiceGrpc.newStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(way.headers)))
            .toList();
    var _ = ClosedLoop.run(stubs, IN_FLIGHT, request, SETTLING);
    Duration before = way.task.processorTime();
    ClosedLoop loop = ClosedLoop.run(stubs, IN_FLIGHT, request, time);
    Duration used = way.task.processorTime().minus(before);
    for (ManagedChannel channel : channels) {
      channel.shutdown().awaitTermination(1, TimeUnit.SECONDS);
    }
    double fromStore = (double) loop.fromStore() / loop.calls();
    if (fromStore > MAX_FROM_STORE) {
      throw new IllegalStateException(
          "%s: %.3f of the answers came from the store".formatted(way.name, fromStore));
    }
    return new Round(
        start,
        loop.perSecond(),
        loop.percentile(50),
        loop.percentile(99),
        used.toNanos() / 1e3 / loop.calls(),
        1 - fromStore);
  }

  private void print() {
    System.out.println(
        "| authentication | calls a second | ratio | p50 | p99 | ratio | task's CPU a call | ratio"
            + " | from memory |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    List<Round> base = measured.values().iterator().next();
    measured.forEach((name, ofWay) ->
        System.out.println(
            "| %s | %,.0f | %s | %.0f µs | %.0f µs | %s | %.1f µs | %s | %.3f %% |"
                .formatted(
                    name,
                    median(ofWay, Round::perSecond),
                    ratio(ofWay, base, Round::perSecond),
                    median(ofWay, Round::p50),
                    median(ofWay, Round::p99),
                    ratio(ofWay, base, Round::p99),
                    median(ofWay, Round::taskTime),
                    ratio(ofWay, base, Round::taskTime),
                    100 * median(ofWay, Round::fromMemory))));
    System.out.println("Medians. Ratios: the median of those of each round to \"off\" in it,");
    System.out.println("in brackets the least and the greatest of the processes' medians.");
  }

  private static String ratio(List<Round> ofWay, List<Round> base, ToDoubleFunction<Round> value) {
    List<Double> all =
        IntStream.range(0, base.size())
            .mapToObj(i -> value.applyAsDouble(ofWay.get(i)) / value.applyAsDouble(base.get(i)))
            .toList();
    List<Double> ofStarts =
        IntStream.rangeClosed(0, base.getLast().start)
            .mapToObj(start ->
                median(
                    IntStream.range(0, base.size())
                        .filter(i -> base.get(i).start == start)
                        .mapToObj(all::get)
                        .toList()))
            .sorted()
            .toList();
    return "%.3f (%.3f–%.3f)".formatted(median(all), ofStarts.getFirst(), ofStarts.getLast());
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
