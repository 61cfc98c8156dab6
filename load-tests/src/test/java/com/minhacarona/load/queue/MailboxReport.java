package com.minhacarona.load.queue;

import static com.minhacarona.load.queue.Residents.request;

import com.google.protobuf.Timestamp;
import com.minhacarona.load.SlowStore;
import com.minhacarona.load.TaskProcess;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingStub;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures how soon residents are told, on DynamoDB Local, and how many bookings a second go by
 * call and by queue, on {@link SlowStore}. One process of each service and the stand-ins share the
 * machine. It takes two minutes, sends to loopback only, and prints a table.
 */
final class MailboxReport {
  private static final int BOOKINGS = 100;
  private static final int THROUGHPUT_BOOKINGS = 5_000;
  private static final int IN_FLIGHT = 50;

  /** DynamoDB Local would be the slowest part of a measurement of bookings a second. */
  private static final Duration STORE_LATENCY = Duration.ofMillis(20);

  private static final int STORE_AT_A_TIME = 256;

  /** So that bookings come at any moment between two reads of the pipe. */
  private static final int MOST_PAUSE_MILLIS = 400;

  /** A second, in which the pipe reads twice. */
  private static final int LOOKS_WHEN_QUIET = 10;

  private static final Duration LOOK = Duration.ofMillis(2);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** One for each message of the queue that booked. */
  private final Semaphore bookedByQueue = new Semaphore(0);

  private final LocalDynamoDb table = LocalDynamoDb.start();
  private final Queues queues = new Queues(table, 1);
  private final Random random = new Random(1);

  public static void main(String[] args) throws Exception {
    new MailboxReport().run();
    System.exit(0); // DynamoDB Local leaves threads behind.
  }

  private void run() throws Exception {
    System.out.println("| what | measured |\n|---|---|");
    try (TaskProcess carona = TaskProcess.carona(table.endpoint(), table.tableName(), Map.of());
        TaskProcess reserva =
            TaskProcess.reserva(table.endpoint(), table.tableName(), queues.settings())) {
      ManagedChannel toCarona = channel(carona);
      ManagedChannel toReserva = channel(reserva);
      commitToMailbox(ReservaServiceGrpc.newBlockingStub(toReserva));
      cascade(CaronaServiceGrpc.newBlockingStub(toCarona));
      toCarona.shutdownNow();
      toReserva.shutdownNow();
    }
    try (SlowStore store = new SlowStore(STORE_LATENCY, STORE_AT_A_TIME);
        TaskProcess reserva =
            TaskProcess.reserva(
                store.endpoint(), table.tableName(), queues.settings(), this::heard)) {
      ManagedChannel channel = channel(reserva);
      row(
          "bookings a second by call, %d in flight".formatted(IN_FLIGHT),
          byCall(ReservaServiceGrpc.newBlockingStub(channel)));
      row("bookings a second by the queue, %d in flight".formatted(IN_FLIGHT), byQueue());
      channel.shutdownNow();
    }
  }

  /** A line of the log. */
  private void heard(String line) {
    if (line.contains("\"queue\":\"reservations\"") && line.contains("\"outcome\":\"booked\"")) {
      bookedByQueue.release();
    }
  }

  private void commitToMailbox(ReservaServiceBlockingStub reservas) throws InterruptedException {
    List<Long> millis = new ArrayList<>();
    List<CaronaItem> caronas = List.of(Residents.carona(50), Residents.carona(50));
    List<UsuarioItem> passengers =
        IntStream.range(0, BOOKINGS).mapToObj(i -> Residents.resident("m" + i)).toList();
    Residents.store(table, caronas, passengers);
    for (int i = 0; i < BOOKINGS; i++) {
      Thread.sleep(random.nextInt(MOST_PAUSE_MILLIS));
      String passenger = passengers.get(i).id();
      Instant committed =
          instant(
              reservas
                  .processarReserva(request(caronas.get(i % caronas.size()).id(), passenger))
                  .getReserva()
                  .getAtualizadaEm());
      String address = passengers.get(i).email();
      await(() -> queues.providers().mails().stream().anyMatch(m -> m.to().equals(address)));
      millis.add(Duration.between(committed, Instant.now()).toMillis());
    }
    List<Long> sorted = millis.stream().sorted().toList();
    row(
        "from the commit of a booking to the passenger's mailbox, %d bookings: median, p99"
            .formatted(BOOKINGS),
        "%d, %d ms".formatted(sorted.get(BOOKINGS / 2), sorted.get(BOOKINGS * 99 / 100 - 1)));
  }

  private void cascade(CaronaServiceBlockingStub caronas) throws InterruptedException {
    FullRide ride = FullRide.store(table);
    // Nobody hears of these bookings.
    awaitQuiet();
    queues.providers().forget();
    Instant committed =
        instant(
            caronas
                .updateCaronaStatus(
                    UpdateCaronaStatusRequest.newBuilder()
                        .setCaronaId(ride.carona().id())
                        .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                        .build())
                .getCarona()
                .getAtualizadaEm());
    await(() -> !queues.providers().mails().isEmpty());
    long first = Duration.between(committed, Instant.now()).toMillis();
    await(() -> queues.providers().mails().size() == FullRide.SEATS + 1);
    row(
        "a ride of %d passengers is cancelled: from the commit to the first message, to the last"
            .formatted(FullRide.SEATS),
        "%d, %d ms".formatted(first, Duration.between(committed, Instant.now()).toMillis()));
  }

  private String byCall(ReservaServiceBlockingStub reservas) {
    Iterator<ProcessarReservaRequest> requests = anything();
    Instant begun = Instant.now();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < IN_FLIGHT; i++) {
        threads.execute(() -> {
          for (int j = 0; j < THROUGHPUT_BOOKINGS / IN_FLIGHT; j++) {
            book(reservas, next(requests));
          }
        });
      }
    }
    return perSecond(begun);
  }

  private static void book(ReservaServiceBlockingStub reservas, ProcessarReservaRequest request) {
    boolean booked = false;
    while (!booked) {
      try {
        var _ = reservas.processarReserva(request);
        booked = true;
      } catch (StatusRuntimeException e) {
        // The service takes no more calls now: the same call once more.
        if (!Refused.reason(e).equals("SOBRECARGA")) {
          throw e;
        }
      }
    }
  }

  private String byQueue() throws InterruptedException {
    Iterator<ProcessarReservaRequest> requests = anything();
    bookedByQueue.drainPermits();
    Instant begun = Instant.now();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < THROUGHPUT_BOOKINGS; i++) {
        if (i >= IN_FLIGHT) {
          bookedByQueue.acquire();
        }
        ProcessarReservaRequest request = next(requests);
        threads.execute(() -> queues.send(request));
      }
      bookedByQueue.acquire(IN_FLIGHT);
    }
    return perSecond(begun);
  }

  /** Waits until everything has gone through all queues. */
  private void awaitQuiet() throws InterruptedException {
    int quiet = 0;
    while (quiet < LOOKS_WHEN_QUIET) {
      Thread.sleep(MOST_PAUSE_MILLIS / 4);
      quiet = queues.messages() == 0 ? quiet + 1 : 0;
    }
  }

  private static String perSecond(Instant begun) {
    return "%.0f"
        .formatted(THROUGHPUT_BOOKINGS * 1e3 / Duration.between(begun, Instant.now()).toMillis());
  }

  /** Requests of a store that agrees to all of them. */
  private static Iterator<ProcessarReservaRequest> anything() {
    return Stream.generate(SlowStore::booking).limit(THROUGHPUT_BOOKINGS).toList().iterator();
  }

  private static ProcessarReservaRequest next(Iterator<ProcessarReservaRequest> requests) {
    synchronized (requests) {
      return requests.next();
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException("it takes longer than " + PATIENCE);
      }
      Thread.sleep(LOOK);
    }
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  private static ManagedChannel channel(TaskProcess task) {
    return ManagedChannelBuilder.forAddress("127.0.0.1", task.port()).usePlaintext().build();
  }

  private static void row(String what, String measured) {
    System.out.println("| %s | %s |".formatted(what, measured));
  }
}
