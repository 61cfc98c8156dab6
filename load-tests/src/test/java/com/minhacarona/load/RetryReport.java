package com.minhacarona.load;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.minhacarona.client.ServiceConfig;
import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Takes the store away from reserva-service for a minute while stock gRPC clients of four languages
 * call it, and prints how many attempts a call they sent, with the published service config and
 * with the same one without its restraint. It takes six minutes, and sends to loopback only. Python
 * 3.11, Go and Node are measured where they are on the PATH.
 */
final class RetryReport {
  private static final int RATE = 5;
  private static final Duration AWAY = Duration.ofSeconds(60);
  private static final Path FOLDER = Path.of("target", "retry-report").toAbsolutePath();

  /** A way in which a store is away. */
  private record Away(String how, Consumer<SlowStore> begin) {}

  private static final List<Away> WAYS =
      List.of(
          new Away("refuses connections", SlowStore::close),
          new Away("accepts and never answers", SlowStore::silence));

  /** The calls of one client by their end, and the attempts that the service saw of them. */
  private record Measured(Map<String, Integer> ended, int attempts) {
    double attemptsACall() {
      return (double) attempts / ended.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** What is printed of each measurement, in JSON. */
  private record Line(
      String client,
      String store,
      String serviceConfig,
      Map<String, Integer> calls,
      int attempts) {}

  public static void main(String[] args) throws Exception {
    Files.createDirectories(FOLDER);
    Path contract = Files.write(FOLDER.resolve("contract.binpb"), contract().toByteArray());
    JsonObject published = published();
    Path restrained = Files.writeString(FOLDER.resolve("published.json"), published.toString());
    Path unrestrained =
        Files.writeString(
            FOLDER.resolve("unrestrained.json"), withoutRestraint(published).toString());
    List<StockClient> clients = clients();
    List<String> rows = new ArrayList<>();
    for (Away away : WAYS) {
      Map<StockClient, Measured> before = measure(clients, contract, unrestrained, away);
      Map<StockClient, Measured> after = measure(clients, contract, restrained, away);
      for (StockClient client : clients) {
        rows.add(
            "| %s | %s | %.2f | %.2f | %s |"
                .formatted(
                    client.name(),
                    away.how,
                    before.get(client).attemptsACall(),
                    after.get(client).attemptsACall(),
                    after.get(client).ended()));
      }
    }
    System.out.println("| client | the store | attempts a call before | after | calls by status |");
    System.out.println("|---|---|---:|---:|---|");
    rows.forEach(System.out::println);
    System.exit(0);
  }

  /** The file itself: grpc-go and grpcio take no 4.0, which the map of grpc-java has, for a 4. */
  private static JsonObject published() throws IOException {
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(ServiceConfig.class.getResourceAsStream("service-config.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(json).getAsJsonObject();
    }
  }

  private static List<StockClient> clients() {
    List<StockClient> clients = new ArrayList<>(List.of(StockClient.java()));
    installed("grpcio", StockClient::python).ifPresent(clients::add);
    installed("grpc-go", StockClient::go).ifPresent(clients::add);
    installed("@grpc/grpc-js", StockClient::node).ifPresent(clients::add);
    return clients;
  }

  private static Optional<StockClient> installed(String name, Callable<StockClient> install) {
    try {
      return Optional.of(install.call());
    } catch (Exception e) {
      System.out.println("%s: not measured, %s".formatted(name, e.getMessage()));
      return Optional.empty();
    }
  }

  /** All clients call one service at the same time, as they would in an outage. */
  private static Map<StockClient, Measured> measure(
      List<StockClient> clients, Path contract, Path serviceConfig, Away away)
      throws IOException, InterruptedException {
    Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
    Map<StockClient, Map<String, Integer>> ended = new HashMap<>();
    try (SlowStore store = new SlowStore(Duration.ofMillis(5), 50);
        TaskProcess task =
            TaskProcess.reserva(
                store.endpoint(),
                "no-table",
                Map.of(
                    "MINHA_CARONA_DYNAMODB_READ_ATTEMPT_MS", "150",
                    "MINHA_CARONA_DYNAMODB_TRANSACTION_ATTEMPT_MS", "400"),
                line -> count(line, attempts))) {
      away.begin.accept(store);
      List<StockClient.Running> running = new ArrayList<>();
      try {
        for (StockClient client : clients) {
          running.add(
              client.start(
                  "127.0.0.1:" + task.port(),
                  contract,
                  serviceConfig,
                  RATE,
                  Math.toIntExact(AWAY.toSeconds())));
        }
        for (StockClient.Running client : running) {
          Map<String, Integer> statuses = client.ended();
          if (statuses.containsKey("INVALID_ARGUMENT")) {
            throw new IllegalStateException(client.client().name() + " asks wrongly: " + statuses);
          }
          ended.put(client.client(), statuses);
        }
      } finally {
        running.forEach(client -> client.process().destroy());
      }
      // Only then have all lines of the calls been written.
      task.terminate();
      task.awaitExit();
    }
    Map<StockClient, Measured> measured = new HashMap<>();
    for (StockClient client : clients) {
      Measured of = new Measured(ended.get(client), attempts.get(client.condominio()).get());
      System.out.println(
          new Gson()
              .toJson(
                  new Line(
                      client.name(),
                      away.how,
                      serviceConfig.getFileName().toString(),
                      of.ended(),
                      of.attempts())));
      measured.put(client, of);
    }
    return measured;
  }

  /** An attempt is a call to the service, which writes a line of logger {@code access} for it. */
  private static void count(String line, Map<String, AtomicInteger> attempts) {
    if (line.startsWith("{") && line.contains("\"logger_name\":\"access\"")) {
      JsonElement tenant = JsonParser.parseString(line).getAsJsonObject().get("tenant");
      if (tenant == null) {
        throw new IllegalStateException("lines of attempts were left out: " + line);
      }
      attempts.computeIfAbsent(tenant.getAsString(), _ -> new AtomicInteger()).incrementAndGet();
    }
  }

  /** What was published before: repeats on {@code UNAVAILABLE} only, and as many as it takes. */
  private static JsonObject withoutRestraint(JsonObject published) {
    JsonObject config = published.deepCopy();
    config.remove("retryThrottling");
    for (JsonElement methods : config.getAsJsonArray("methodConfig")) {
      JsonObject policy = methods.getAsJsonObject().getAsJsonObject("retryPolicy");
      if (policy != null) {
        policy.add("retryableStatusCodes", new Gson().toJsonTree(List.of("UNAVAILABLE")));
      }
    }
    return config;
  }

  private static FileDescriptorSet contract() {
    FileDescriptorSet.Builder files = FileDescriptorSet.newBuilder();
    ProtoFileDescriptorSupplier service =
        (ProtoFileDescriptorSupplier)
            ReservaServiceGrpc.getServiceDescriptor().getSchemaDescriptor();
    add(service.getFileDescriptor(), new ArrayList<>(), files);
    return files.build();
  }

  /** Each file after those that it imports, once. */
  private static void add(
      FileDescriptor file, List<String> added, FileDescriptorSet.Builder files) {
    if (added.contains(file.getName())) {
      return;
    }
    added.add(file.getName());
    file.getDependencies().forEach(imported -> add(imported, added, files));
    files.addFile(file.toProto());
  }

  private RetryReport() {}
}
