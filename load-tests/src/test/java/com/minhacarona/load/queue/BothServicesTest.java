package com.minhacarona.load.queue;

import static com.minhacarona.load.queue.Residents.booked;
import static com.minhacarona.load.queue.Residents.request;
import static com.minhacarona.load.queue.Residents.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.Timestamps;
import com.minhacarona.carona.Watcher;
import com.minhacarona.load.TaskProcess;
import com.minhacarona.runtime.testing.CloudWatch;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.StatusReserva;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One process with both services, their queues and their feed, on one port. */
@Tag("dynamodb")
@Tag("process")
class BothServicesTest {
  @RegisterExtension static final LocalDynamoDb TABLE = new LocalDynamoDb();

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final List<String> SERVICES =
      List.of(CaronaServiceGrpc.SERVICE_NAME, ReservaServiceGrpc.SERVICE_NAME);

  private static final CloudWatch CLOUD_WATCH = new CloudWatch();
  private static Queues queues;
  private static TaskProcess task;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() throws IOException {
    queues = new Queues(TABLE, 1);
    Map<String, String> settings = new HashMap<>(TaskProcess.forATest(queues.settings()));
    settings.put("MINHA_CARONA_ENVIRONMENT", "test");
    settings.put("MINHA_CARONA_CLOUDWATCH_ENDPOINT", CLOUD_WATCH.endpoint().toString());
    settings.put("MINHA_CARONA_METRICS", metricsOfAlarms());
    task = TaskProcess.both(TABLE.endpoint(), TABLE.tableName(), settings);
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", task.port()).usePlaintext().build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    task.close();
    queues.close();
    CLOUD_WATCH.close();
  }

  /** As the small environment has it. */
  private static String metricsOfAlarms() throws IOException {
    return new ObjectMapper()
        .readTree(Path.of("../docs/operations/alarms.json").toFile())
        .valueStream()
        .filter(alarm -> alarm.get("namespace").asText().equals("MinhaCarona"))
        .flatMap(alarm -> Stream.of(alarm.path("metric"), alarm.path("perMetric")))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .distinct()
        .collect(Collectors.joining(","));
  }

  @Test
  void bothServices_areServed_byCallsAndByTheQueue_andDrainTogether() throws Exception {
    for (String service : List.of("", SERVICES.getFirst(), SERVICES.getLast())) {
      assertThat(health(service)).as(service).isEqualTo(ServingStatus.SERVING);
    }
    assertThat(reflected()).containsAll(SERVICES);

    Carona carona = offer();
    TABLE.putAll(
        List.of(
            Residents.resident("marina").toItem(),
            Residents.resident("zeca").toItem(),
            Residents.resident("rita").toItem()));
    Watcher watcher =
        Watcher.open(CaronaServiceGrpc.newStub(channel)).followCaronas(carona.getId());
    assertThat(
            ReservaServiceGrpc.newBlockingStub(channel)
                .processarReserva(request(carona.getId(), "zeca"))
                .getReserva()
                .getStatus())
        .isEqualTo(StatusReserva.STATUS_RESERVA_CONFIRMADA);
    queues.send(request(carona.getId(), "rita"));
    await().atMost(PATIENCE).until(() -> vagas(carona.getId()) == 0);
    watcher.awaitVersion(carona.getId(), 3);
    await()
        .atMost(PATIENCE)
        .until(() ->
            told(queues.providers().mails())
                .keySet()
                .containsAll(List.of(booked("zeca"), booked("rita"))));

    task.terminate();
    assertThat(task.awaitExit()).isZero();
    assertThat(watcher.completed).isTrue();
    assertThat(watcher.received.getLast().hasEncerrando()).isTrue();
    assertThat(TABLE.carona(carona.getId()).status()).isEqualTo(CaronaItem.Status.LOTADA);
    assertThat(TABLE.violations()).isEmpty();
    assertThat(CLOUD_WATCH.series().keySet())
        .as("what alarms read, which CostPage counts")
        .hasSizeBetween(5, 11)
        .allMatch(series -> series.contains("service=both-services"))
        .anyMatch(series -> series.contains("method=ProcessarReserva phi=0.99"))
        .anyMatch(series -> series.contains("method=CheckVagas phi=0.99"));
  }

  @Test
  void faultsInTheSettingsOfBoth_areOneMessage() {
    Map<String, String> settings = new HashMap<>(TaskProcess.forATest(queues.settings()));
    settings.put("MINHA_CARONA_OPEN_SHARDS", "many");
    settings.put("MINHA_CARONA_TIME_ZONE", "Marte/Olympus");
    settings.put("MINHA_CARONA_SQS_ENDPOINT", "nowhere");
    settings.put("MINHA_CARONA_UNKNOWN", "x");
    assertThatThrownBy(() -> TaskProcess.both(TABLE.endpoint(), TABLE.tableName(), settings))
        .hasMessageContaining("Cannot start, the environment is wrong")
        .hasMessageContaining("MINHA_CARONA_OPEN_SHARDS must be")
        .hasMessageContaining("MINHA_CARONA_TIME_ZONE must be")
        .hasMessageContaining("MINHA_CARONA_UNKNOWN is not a variable of this program")
        .message()
        .containsOnlyOnce("MINHA_CARONA_SQS_ENDPOINT must be");
  }

  private static Carona offer() {
    return CaronaServiceGrpc.newBlockingStub(channel)
        .createCarona(
            CreateCaronaRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setCondominioId(Residents.CONDOMINIO)
                .setMotoristaId("marina")
                .setOrigem("Portaria")
                .setDestino("USP")
                .setPartida(
                    Timestamps.fromMillis(Instant.now().plus(Duration.ofDays(1)).toEpochMilli()))
                .setVagasTotal(2)
                .build())
        .getCarona();
  }

  private static int vagas(String caronaId) {
    return CaronaServiceGrpc.newBlockingStub(channel)
        .checkVagas(
            CheckVagasRequest.newBuilder()
                .setCaronaId(caronaId)
                .setConsistencia(Consistencia.CONSISTENCIA_FORTE)
                .build())
        .getVagasDisponiveis();
  }

  private static ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  /** The services that reflection names. */
  private static List<String> reflected() {
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    names.complete(
                        response.getListServicesResponse().getServiceList().stream()
                            .map(ServiceResponse::getName)
                            .toList());
                  }

                  @Override
                  public void onError(Throwable t) {
                    names.completeExceptionally(t);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    requests.onCompleted();
    return names.join();
  }
}
