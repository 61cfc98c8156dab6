package com.minhacarona.load;

import com.minhacarona.carona.Watcher;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Measures live updates on two processes of carona-service and one of reserva-service, on DynamoDB
 * Local, all on this machine, and prints a report. It takes two minutes, and sends to loopback
 * only.
 */
final class UpdatesReport {
  private static final int BOOKINGS = 100;
  private static final int STREAMS = 2_000;
  private static final int CHANGES = 10_000;
  private static final Duration SLOW = Duration.ofMinutes(1);

  private final LocalDynamoDb table;
  private final TaskProcess first;
  private final TaskProcess second;
  private final MinhaCaronaClient client;

  private UpdatesReport(
      LocalDynamoDb table, TaskProcess first, TaskProcess second, MinhaCaronaClient client) {
    this.table = table;
    this.first = first;
    this.second = second;
    this.client = client;
  }

  public static void main(String[] args) throws Exception {
    LocalDynamoDb table = LocalDynamoDb.start();
    try (TaskProcess first = TaskProcess.carona(table.endpoint(), table.tableName());
        TaskProcess second = TaskProcess.carona(table.endpoint(), table.tableName());
        TaskProcess reserva = TaskProcess.reserva(table.endpoint(), table.tableName());
        MinhaCaronaClient client =
            MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + first.port())
                .reservaTarget("dns:///127.0.0.1:" + reserva.port())
                .plaintext()
                .build()) {
      UpdatesReport report = new UpdatesReport(table, first, second, client);
      System.out.println("| what | measured |\n|---|---|");
      report.propagation();
      report.manyStreams();
      report.slowReader();
    }
    System.exit(0); // DynamoDB Local leaves threads behind.
  }

  /** Measures from the commit of a booking to its receipt on streams of two tasks. */
  private void propagation() {
    CaronaItem carona = put("propagation");
    List<ManagedChannel> channels = List.of(channel(first), channel(second));
    List<Watcher> watchers =
        channels.stream()
            .map(channel ->
                Watcher.open(CaronaServiceGrpc.newStub(channel)).followCaronas(carona.id()))
            .toList();
    long versao = 1;
    for (int i = 0; i < BOOKINGS / 2; i++) {
      client.processarReserva(booking(carona.id(), "propagation"));
      awaitAll(watchers, carona.id(), ++versao);
      client.updateReservaStatus(cancellation(carona.id()));
      awaitAll(watchers, carona.id(), ++versao);
    }
    List<Long> lags =
        watchers.stream().flatMap(w -> w.lagsMillis(carona.id()).stream()).sorted().toList();
    row(
        "commit to receipt on two other tasks, %d changes: median, p99, longest"
            .formatted(BOOKINGS),
        "%d, %d, %d ms"
            .formatted(
                lags.get(lags.size() / 2), lags.get(lags.size() * 99 / 100), lags.getLast()));
    channels.forEach(ManagedChannel::shutdownNow);
  }

  private void manyStreams() throws Exception {
    List<CaronaItem> caronas = IntStream.range(0, 100).mapToObj(_ -> put("crowd")).toList();
    List<ManagedChannel> channels = IntStream.range(0, 4).mapToObj(_ -> channel(first)).toList();
    long before = first.liveBytes();
    Instant start = Instant.now();
    List<Watcher> watchers = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      watchers.add(
          Watcher.open(CaronaServiceGrpc.newStub(channels.get(i % channels.size())))
              .follow("c", Assinar.newBuilder().setCondominioId("crowd")));
      if (i % 50 == 49) {
        watchers.forEach(Watcher::synced);
      }
    }
    Duration opening = Duration.between(start, Instant.now());
    long bytes = first.liveBytes() - before;
    row(
        "%,d streams that follow one condominium of %d rides: opened in"
            .formatted(STREAMS, caronas.size()),
        "%.1f s, %.1f ms a stream"
            .formatted(opening.toMillis() / 1e3, (double) opening.toMillis() / STREAMS));
    row("heap that a stream holds", "%.1f KB".formatted(bytes / 1e3 / STREAMS));

    String carona = caronas.getFirst().id();
    client.processarReserva(booking(carona, "crowd"));
    awaitAll(watchers, carona, 2);
    List<Long> lags =
        watchers.stream().flatMap(w -> w.lagsMillis(carona).stream()).sorted().toList();
    row(
        "one change reaches all of them: commit to first receipt, to last",
        "%d, %d ms, that is %.0f µs a stream"
            .formatted(
                lags.getFirst(),
                lags.getLast(),
                (lags.getLast() - lags.getFirst()) * 1e3 / STREAMS));
    channels.forEach(ManagedChannel::shutdownNow);
  }

  private void slowReader() throws Exception {
    CaronaItem carona = put("slow");
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", first.port())
            .usePlaintext()
            .flowControlWindow(65_535)
            .build();
    Watcher slow =
        Watcher.openWithoutReading(CaronaServiceGrpc.newStub(channel))
            .follow("c", Assinar.newBuilder().addCaronaIds(carona.id()));
    ManagedChannel other = channel(first);
    Watcher quick = Watcher.open(CaronaServiceGrpc.newStub(other)).followCaronas(carona.id());
    List<Long> heap = new ArrayList<>();
    heap.add(first.liveBytes());
    Instant start = Instant.now();
    for (int i = 1; i <= CHANGES; i++) {
      carona =
          carona.withStatus(
              Status.ABERTA, 4, "change " + i, Instant.now().truncatedTo(ChronoUnit.MILLIS));
      CaronaItem next = carona;
      table.put(next);
      if (i % (CHANGES / 4) == 0) {
        heap.add(first.liveBytes());
      }
      Duration ahead =
          SLOW.multipliedBy(i).dividedBy(CHANGES).minus(Duration.between(start, Instant.now()));
      if (ahead.isPositive()) {
        Thread.sleep(ahead);
      }
    }
    Duration took = Duration.between(start, Instant.now());
    quick.awaitVersion(carona.id(), carona.versao());
    slow.requests.request(Integer.MAX_VALUE);
    slow.awaitVersion(carona.id(), carona.versao());
    row(
        "a client that reads nothing while a ride changes %,d times in %d s: states that it gets in the end"
            .formatted(CHANGES, took.toSeconds()),
        "%d, the last one included".formatted(slow.versions(carona.id()).size()));
    row(
        "heap in use meanwhile, at each quarter",
        String.join(", ", heap.stream().map(b -> "%.1f".formatted(b / 1e6)).toList()) + " MB");
    channel.shutdownNow();
    other.shutdownNow();
  }

  private CaronaItem put(String condominio) {
    CaronaItem carona =
        Examples.carona(
            UUID.randomUUID().toString(), condominio, Instant.now().plus(Duration.ofDays(1)));
    table.put(carona);
    return carona;
  }

  private static ProcessarReservaRequest booking(String carona, String condominio) {
    return ProcessarReservaRequest.newBuilder()
        .setCaronaId(carona)
        .setUsuarioId("ana")
        .setCondominioId(condominio)
        .build();
  }

  private static UpdateReservaStatusRequest cancellation(String carona) {
    return UpdateReservaStatusRequest.newBuilder()
        .setCaronaId(carona)
        .setUsuarioId("ana")
        .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
        .build();
  }

  private static ManagedChannel channel(TaskProcess task) {
    return NettyChannelBuilder.forAddress("127.0.0.1", task.port()).usePlaintext().build();
  }

  private static void awaitAll(List<Watcher> watchers, String carona, long versao) {
    watchers.forEach(watcher -> watcher.awaitVersion(carona, versao));
  }

  private static void row(String what, String measured) {
    System.out.println("| %s | %s |".formatted(what, measured));
  }
}
