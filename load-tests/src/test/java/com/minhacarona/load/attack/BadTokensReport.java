package com.minhacarona.load.attack;

import com.google.common.util.concurrent.ListenableFuture;
import com.minhacarona.load.KnownCallers;
import com.minhacarona.load.OpenLoop;
import com.minhacarona.load.TaskProcess;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceFutureStub;
import com.minhacarona.v1.CheckVagasRequest;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a task distinct tokens with wrong signatures from one address, while a good caller on
 * another asks for seats at a steady rate, and prints what both got. It takes a minute, and sends
 * to loopback only. Arguments: tokens a second, seconds.
 */
final class BadTokensReport {
  private static final int TOKENS_PER_SECOND = 10_000;
  private static final int SECONDS = 10;
  private static final int GOOD_CALLS_PER_SECOND = 200;
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final int WARM_UP_CALLS_PER_SECOND = 2_000;
  private static final int CONNECTIONS = 4;
  private static final int BATCHES_PER_SECOND = 500;
  private static final long MAX_BYTES = 1L << 30;
  private static final int DEADLINE_SECONDS = 5;

  /** What one phase of the report measured. */
  private record Phase(
      String name,
      OpenLoop good,
      double seconds,
      long sent,
      long answered,
      int connections,
      Duration task) {

    /** Cores that the task used. */
    double cpu() {
      return task.toNanos() / 1e9 / seconds;
    }
  }

  private final KnownCallers callers;
  private final TaskProcess task;
  private final BadTokens tokens;
  private final CaronaServiceFutureStub stub;
  private final CheckVagasRequest request;
  private final int perSecond;
  private final Duration time;

  private BadTokensReport(
      KnownCallers callers, TaskProcess task, String carona, int perSecond, Duration time) {
    this.callers = callers;
    this.task = task;
    this.perSecond = perSecond;
    this.time = time;
    String token = callers.serviceToken();
    tokens = new BadTokens(token);
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", task.port(), callers.stranger()).build();
    stub =
        CaronaServiceGrpc.newFutureStub(channel)
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(KnownCallers.bearing(token)));
    request = CheckVagasRequest.newBuilder().setCaronaId(carona).setVagas(1).build();
  }

  public static void main(String[] args) throws Exception {
    int perSecond = args.length > 0 ? Integer.parseInt(args[0]) : TOKENS_PER_SECOND;
    Duration time = Duration.ofSeconds(args.length > 1 ? Integer.parseInt(args[1]) : SECONDS);
    LocalDynamoDb table = LocalDynamoDb.start();
    CaronaItem carona =
        Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1)));
    table.put(carona);
    try (KnownCallers callers = new KnownCallers()) {
      Map<String, String> settings = new HashMap<>(callers.required());
      settings.put("MINHA_CARONA_VAGAS_STALENESS_MS", "10000");
      try (TaskProcess task = TaskProcess.carona(table.endpoint(), table.tableName(), settings)) {
        new BadTokensReport(callers, task, carona.id(), perSecond, time).run();
      }
    }
    System.exit(0); // DynamoDB Local leaves threads behind.
  }

  private void run() throws Exception {
    var _ = OpenLoop.run(WARM_UP_CALLS_PER_SECOND, WARM_UP, this::ask);
    System.out.println(
        "| | good calls | failed | p50 | p99 | bad tokens a second: sent, refused | connections |"
            + " task's CPU, of one |");
    System.out.println("|---|---:|---|---:|---:|---:|---:|---:|");
    Phase before = printed(calm("before"));
    Phase during = printed(flooded("during"));
    Phase after = printed(calm("after"));
    double calmCpu = (before.cpu() + after.cpu()) / 2;
    System.out.println(
        "p99 during is %.1f times that before; a bad token takes %.0f µs of the task's CPU"
            .formatted(
                during.good.answeredPercentile(99) / before.good.answeredPercentile(99),
                1e6 * (during.cpu() - calmCpu) / (during.answered / during.seconds)));
  }

  private static Phase printed(Phase phase) {
    System.out.println(
        "| %s | %d | %s | %.1f ms | %.1f ms | %.0f, %.0f | %d | %.0f %% |"
            .formatted(
                phase.name,
                phase.good.answered(),
                phase.good.failures(),
                phase.good.answeredPercentile(50),
                phase.good.answeredPercentile(99),
                phase.sent / phase.seconds,
                phase.answered / phase.seconds,
                phase.connections,
                100 * phase.cpu()));
    return phase;
  }

  private ListenableFuture<?> ask() {
    return stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).checkVagas(request);
  }

  private Phase calm(String name) {
    Duration before = task.processorTime();
    OpenLoop good = OpenLoop.run(GOOD_CALLS_PER_SECOND, time, this::ask);
    return new Phase(name, good, time.toSeconds(), 0, 0, 0, task.processorTime().minus(before));
  }

  private Phase flooded(String name) throws Exception {
    try (Attacker attacker =
        new Attacker(task.port(), Optional.of(callers.pki().sockets()), tokens, time, MAX_BYTES)) {
      Duration before = task.processorTime();
      long start = System.nanoTime();
      Thread flood = Thread.ofPlatform().start(() -> flood(attacker));
      OpenLoop good = OpenLoop.run(GOOD_CALLS_PER_SECOND, time, this::ask);
      double seconds = (System.nanoTime() - start) / 1e9;
      Duration used = task.processorTime().minus(before);
      long answered = attacker.answers();
      flood.join();
      return new Phase(
          name, good, seconds, attacker.tokens(), answered, attacker.connections(), used);
    }
  }

  /** Sends its tokens when they are due, in turns on its connections. */
  private void flood(Attacker attacker) {
    try {
      List<RawHttp2> connections = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        connections.add(attacker.connect());
      }
      long start = System.nanoTime();
      for (int batch = 0; ; batch++) {
        long due = start + batch * (TimeUnit.SECONDS.toNanos(1) / BATCHES_PER_SECOND);
        while (System.nanoTime() - due < 0) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        int at = batch % CONNECTIONS;
        if (connections.get(at).isOver()) {
          attacker.disconnect(connections.get(at));
          connections.set(at, attacker.connect());
        }
        send(attacker, connections.get(at));
      }
    } catch (IOException e) {
      System.out.println("the flood ended: " + e.getMessage());
    }
  }

  private void send(Attacker attacker, RawHttp2 connection) throws IOException {
    try {
      for (int i = 0; i < perSecond / BATCHES_PER_SECOND; i++) {
        CallAttacks.badToken(attacker, connection);
      }
      connection.flush();
    } catch (Attacker.Spent e) {
      throw e;
    } catch (IOException _) {
      // It was cut off, and the next batch connects again.
    }
  }
}
