package com.minhacarona.load;

import com.google.protobuf.Timestamp;
import com.minhacarona.client.CaronaWatch;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.client.MinhaCaronaClientBuilder;
import com.minhacarona.client.RefusedException;
import com.minhacarona.runtime.testing.CloudWatch;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Runs a service of an image under load, on DynamoDB Local, with TLS and callers of each kind. Its
 * JVM records which classes it loads and which methods are hot, and writes that into an AOT cache
 * (JEP 483, 514, 515). The Dockerfile calls this with {@code carona}, {@code reserva} or {@code
 * both}, and the cache's file.
 */
final class TrainingRun {
  /** Long enough to compile the hot methods on the cores of a build machine. */
  private static final Duration LOAD = Duration.ofSeconds(20);

  private static final int CALLERS = 16;
  private static final String CONDOMINIO = "cond-1";
  private static final String DRIVER = "ana";

  private final List<Callers> kinds;
  private final LocalDynamoDb table;
  private final AtomicIntegerArray rounds;

  private TrainingRun(List<Callers> kinds, LocalDynamoDb table) {
    this.kinds = kinds;
    this.table = table;
    this.rounds = new AtomicIntegerArray(kinds.size());
  }

  /** Callers of one kind: residents, or services that do something for a resident. */
  @FunctionalInterface
  private interface Callers {
    MinhaCaronaClient as(String resident);
  }

  public static void main(String[] args) {
    try {
      train(args[0], Path.of(args[1]));
      System.exit(0);
    } catch (Exception e) {
      e.printStackTrace();
      // DynamoDB Local's threads would keep the process alive.
      System.exit(1);
    }
  }

  private static void train(String service, Path cache) throws Exception {
    LocalDynamoDb table = LocalDynamoDb.start();
    List<String> command =
        List.of("/opt/java/bin/java", "-XX:AOTCacheOutput=" + cache, "@/app/java.args");
    try (CloudWatch cloudWatch = new CloudWatch();
        LockedDoor door = new LockedDoor();
        TaskProcess task =
            TaskProcess.start(
                command, table.endpoint(), table.tableName(), asDeployed(cloudWatch, door))) {
      Pki.Signed listed = door.ofClients().client(LockedDoor.LISTED);
      try (MinhaCaronaClient byToken =
              client(task.port(), door).token(door.serviceTokens()).build();
          MinhaCaronaClient byCertificate =
              client(task.mtlsPort(), door)
                  .clientCertificate(listed.pem(), listed.keyPem())
                  .build()) {
        List<Callers> kinds =
            List.of(
                _ -> byToken,
                resident -> byToken.onBehalfOf(door.residentToken(resident, CONDOMINIO)),
                _ -> byCertificate);
        TrainingRun run = new TrainingRun(kinds, table);
        run.load(
            switch (service) {
              case "carona" -> run::offer;
              case "reserva" -> run::book;
              case "both" ->
                  callers -> {
                    run.offer(callers);
                    run.book(callers);
                  };
              default -> throw new IllegalArgumentException(service);
            });
        System.out.println("Trained with rounds of calls by each kind of caller: " + run.rounds);
      }
      task.terminate();
      int exit = task.awaitExit();
      if (exit != 0 || !Files.exists(cache)) {
        throw new IllegalStateException(
            "it ended with %d and wrote no cache:%n%s".formatted(exit, task.lastWords()));
      }
    }
  }

  private static MinhaCaronaClientBuilder client(int port, LockedDoor door) {
    return MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + port).trust(door.ofServices().pem());
  }

  /** Knows its callers, publishes metrics, and sends traces to a daemon that does not exist. */
  private static Map<String, String> asDeployed(CloudWatch cloudWatch, LockedDoor door) {
    Map<String, String> settings = new HashMap<>(door.settings());
    settings.put("MINHA_CARONA_ENVIRONMENT", "training");
    settings.put("MINHA_CARONA_CLOUDWATCH_ENDPOINT", cloudWatch.endpoint().toString());
    settings.put("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000");
    return settings;
  }

  private void load(Consumer<Callers> round) throws InterruptedException {
    Instant end = Instant.now().plus(LOAD);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int kind = i % kinds.size();
      callers.add(
          Thread.ofVirtual()
              .start(() -> {
                while (Instant.now().isBefore(end)) {
                  round.accept(kinds.get(kind));
                  rounds.incrementAndGet(kind);
                }
              }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    for (int kind = 0; kind < rounds.length(); kind++) {
      if (rounds.get(kind) == 0) {
        throw new IllegalStateException("no round of calls succeeded for a kind: " + rounds);
      }
    }
  }

  /** Calls CaronaService like its callers do, who mostly ask how many seats are left. */
  private void offer(Callers callers) {
    MinhaCaronaClient client = callers.as(DRIVER);
    String carona =
        client
            .createCarona(
                CreateCaronaRequest.newBuilder()
                    .setCondominioId(CONDOMINIO)
                    .setMotoristaId(DRIVER)
                    .setOrigem("Portaria")
                    .setDestino("Estação Butantã")
                    .setPartida(
                        Timestamp.newBuilder()
                            .setSeconds(Instant.now().plus(Duration.ofDays(1)).getEpochSecond()))
                    .setVagasTotal(3)
                    .build())
            .getId();
    try (CaronaWatch _ =
        client.watchCaronas(Assinar.newBuilder().addCaronaIds(carona).build(), new Silent())) {
      for (int i = 0; i < 100; i++) {
        var _ = client.checkVagas(CheckVagasRequest.newBuilder().setCaronaId(carona).build());
      }
      var _ = client.getCarona(GetCaronaRequest.newBuilder().setCaronaId(carona).build());
      try (var caronas =
          client.listCaronasDisponiveis(
              ListCaronasRequest.newBuilder().setCondominioId(CONDOMINIO).setLimite(10).build())) {
        caronas.forEachRemaining(_ -> {});
      }
      var _ =
          client.updateCaronaStatus(
              UpdateCaronaStatusRequest.newBuilder()
                  .setCaronaId(carona)
                  .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                  .build());
    }
  }

  /** Books all seats of a ride, is refused one more, and cancels. */
  private void book(Callers callers) {
    CaronaItem carona =
        Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1)));
    table.put(carona);
    List<String> passengers =
        IntStream.range(0, carona.vagasTotal()).mapToObj(i -> "passageira-" + i).toList();
    for (String passenger : passengers) {
      MinhaCaronaClient client = callers.as(passenger);
      ProcessarReservaRequest booking = booking(carona.id(), passenger);
      var _ = client.processarReserva(booking);
      var _ = client.processarReserva(booking);
    }
    try {
      var _ = callers.as("uma-a-mais").processarReserva(booking(carona.id(), "uma-a-mais"));
      throw new IllegalStateException("a full ride was booked");
    } catch (RefusedException _) {
      // The ride is full, so this refusal is expected.
    }
    MinhaCaronaClient first = callers.as(passengers.getFirst());
    var _ = first.getReservas(GetReservasRequest.newBuilder().setCaronaId(carona.id()).build());
    var _ =
        first.updateReservaStatus(
            UpdateReservaStatusRequest.newBuilder()
                .setCaronaId(carona.id())
                .setUsuarioId(passengers.getFirst())
                .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
                .build());
  }

  private static ProcessarReservaRequest booking(String carona, String passenger) {
    return ProcessarReservaRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCaronaId(carona)
        .setUsuarioId(passenger)
        .setCondominioId(CONDOMINIO)
        .build();
  }

  /** Ignores all updates. */
  private static final class Silent implements CaronaWatch.Listener {
    @Override
    public void changed(Carona carona) {}

    @Override
    public void failed(RuntimeException cause) {}
  }
}
