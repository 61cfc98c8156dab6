package com.minhacarona.load.soak;

import com.minhacarona.load.TaskProcess;
import com.minhacarona.load.queue.Queues;
import com.minhacarona.load.queue.Visibility;
import com.minhacarona.load.queue.Wire;
import com.minhacarona.table.LocalDynamoDb;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Two processes of each service, which are killed, halted and stopped, and start again; and what is
 * between them and the queues, which is cut off now and then.
 */
final class Tasks implements AutoCloseable {
  private static final int EACH = 2;
  private static final int LONGEST_PAUSE_MS = 15_000;
  private static final int SHORTEST_PAUSE_MS = 5_000;
  private static final int LONGEST_HALT_MS = 4_000;

  /** As on AWS, unlike in tests: short enough that halted and slow requests are given up. */
  private static final Map<String, String> SETTINGS =
      TaskProcess.forATest(
          Map.of(
              "MINHA_CARONA_DYNAMODB_READ_ATTEMPT_MS", "1000",
              "MINHA_CARONA_DYNAMODB_TRANSACTION_ATTEMPT_MS", "1000"));

  private static final List<String> KINDS =
      List.of("SIGKILL", "SIGSTOP", "SIGTERM", "queues away", "topic away");

  private final URI wire;
  private final LocalDynamoDb table;
  private final Queues queues;
  private final Wire sqs;
  private final Random random;
  private final List<WallClock> clocks;
  private final List<Slot> slots;
  private final Map<String, Integer> faults = new TreeMap<>();
  private final List<String> complaints = new ArrayList<>();
  private volatile boolean over;

  /** A place for a process; its channel leads to the one that runs now. */
  private final class Slot {
    private final boolean carona;
    private final WallClock clock;
    private volatile TaskProcess process;
    private volatile ManagedChannel channel;

    Slot(boolean carona, WallClock clock) {
      this.carona = carona;
      this.clock = clock;
      start();
    }

    private void start() {
      process =
          carona
              ? TaskProcess.carona(wire, table.tableName(), with(clock.settings()))
              : TaskProcess.reserva(wire, table.tableName(), withQueues(clock.settings()));
      channel =
          ManagedChannelBuilder.forAddress("127.0.0.1", process.port()).usePlaintext().build();
    }

    private void restart() {
      channel.shutdownNow();
      start();
    }
  }

  Tasks(URI wire, LocalDynamoDb table, Queues queues, long seed) {
    this.wire = wire;
    this.table = table;
    this.queues = queues;
    this.sqs = new Wire(queues.endpoint(), Visibility.SHORTENED);
    this.random = new Random(seed);
    clocks = Stream.generate(() -> WallClock.next(random)).limit(2 * EACH).toList();
    // At the same time, because processes take seconds to start.
    slots =
        IntStream.range(0, 2 * EACH)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> new Slot(i < EACH, clocks.get(i))))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
  }

  ManagedChannel carona(int which) {
    return slots.get(which % EACH).channel;
  }

  ManagedChannel reserva(int which) {
    return slots.get(EACH + which % EACH).channel;
  }

  private static Map<String, String> with(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.putAll(more);
    return settings;
  }

  private Map<String, String> withQueues(Map<String, String> more) {
    Map<String, String> settings = with(more);
    settings.putAll(queues.settings());
    settings.put("MINHA_CARONA_SQS_ENDPOINT", sqs.endpoint().toString());
    return settings;
  }

  /** Lets the wire to the queues forget the requests of before. */
  void forget() {
    sqs.forget();
  }

  Map<String, Integer> faults() {
    return faults;
  }

  /** By how many seconds the clock of each process is fast. */
  List<WallClock> clocks() {
    return clocks;
  }

  /** What the processes did that they must not. */
  List<String> complaints() {
    return complaints;
  }

  /** Ends the disturbance, which ends with all processes running. */
  void end() {
    over = true;
  }

  /** Makes one disturbance after the other. */
  void disturb() {
    try {
      while (true) {
        Thread.sleep(SHORTEST_PAUSE_MS + random.nextInt(LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
        if (over) {
          return;
        }
        disturb(slots.get(random.nextInt(slots.size())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void disturb(Slot slot) throws InterruptedException, IOException {
    String kind = KINDS.get(random.nextInt(KINDS.size()));
    faults.merge(kind, 1, Integer::sum);
    switch (kind) {
      case "SIGKILL" -> {
        slot.process.close();
        slot.restart();
      }
      case "SIGSTOP" -> {
        slot.process.signal("STOP");
        halt();
        slot.process.signal("CONT");
      }
      case "queues away" -> {
        sqs.cut();
        halt();
        sqs.mend();
      }
      case "topic away" -> {
        queues.topic().fail(true);
        halt();
        queues.topic().fail(false);
      }
      default -> {
        slot.process.terminate();
        int code = slot.process.awaitExit();
        if (code != 0) {
          complaints.add("SIGTERM ended in code " + code + ": " + slot.process.lastWords());
        }
        slot.restart();
      }
    }
  }

  private void halt() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_HALT_MS));
  }

  @Override
  public void close() {
    for (Slot slot : slots) {
      slot.channel.shutdownNow();
      slot.process.close();
    }
    sqs.close();
  }
}
