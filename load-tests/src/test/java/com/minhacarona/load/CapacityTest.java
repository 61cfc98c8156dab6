package com.minhacarona.load;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Timestamp;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.client.RefusedException;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.DynamoDbProxy.Answered;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Compares the capacity units that each call consumes with {@code docs/operations/capacity.json},
 * from which the costs are computed. DynamoDB Local reports the units of reads and of the index.
 * For a transaction it reports two units in all, but DynamoDB takes two for each item of up to 1 KB
 * ("DynamoDB on-demand capacity mode"), so this test counts the items.
 */
@Tag("dynamodb")
@Tag("process")
class CapacityTest {
  @RegisterExtension static final LocalDynamoDb TABLE = new LocalDynamoDb();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FILE = Path.of("..", "docs", "operations", "capacity.json");
  private static final int UNITS_OF_A_TRANSACTED_ITEM = 2;
  private static final String CONDOMINIO = "cond-capacity";
  private static final int CARONAS = 10;

  private static DynamoDbProxy store;
  private static TaskProcess carona;
  private static TaskProcess reserva;
  private static MinhaCaronaClient client;

  private final Map<String, Map<String, Double>> measured = new LinkedHashMap<>();

  @BeforeAll
  static void start() {
    store = new DynamoDbProxy(TABLE.endpoint());
    // So that every CheckVagas asks the store.
    Map<String, String> settings =
        TaskProcess.forATest(Map.of("MINHA_CARONA_VAGAS_STALENESS_MS", "1"));
    carona = TaskProcess.carona(store.endpoint(), TABLE.tableName(), settings);
    reserva =
        TaskProcess.reserva(store.endpoint(), TABLE.tableName(), TaskProcess.forATest(Map.of()));
    client =
        MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + carona.port())
            .reservaTarget("dns:///127.0.0.1:" + reserva.port())
            .plaintext()
            .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    carona.close();
    reserva.close();
    store.close();
  }

  @Test
  void everyCall_consumesWhatTheCostsAreReckonedWith() throws Exception {
    String carona = measure("CreateCarona", () -> offer(4));
    measure(
        "GetCarona",
        () -> client.getCarona(GetCaronaRequest.newBuilder().setCaronaId(carona).build()));
    measure("CheckVagas", () -> client.checkVagas(check(carona).build()));
    measure(
        "CheckVagas, strongly consistent",
        () ->
            client.checkVagas(
                check(carona).setConsistencia(Consistencia.CONSISTENCIA_FORTE).build()));
    measure(
        "StreamCaronasUpdates, follows a ride",
        () -> {
          Follow.untilSynced(client, carona);
          return null;
        });
    measure("ProcessarReserva", () -> client.processarReserva(booking(carona, "ana", 1)));
    measure(
        "ProcessarReserva, last seat", () -> client.processarReserva(booking(carona, "bia", 3)));
    measure("ProcessarReserva, refused", () -> refused(booking(carona, "caio", 1)));
    measure(
        "GetReservas, 2 of them",
        () -> client.getReservas(GetReservasRequest.newBuilder().setCaronaId(carona).build()));
    measure("UpdateReservaStatus, ride reopens", () -> cancel(carona, "bia"));
    measure("UpdateReservaStatus", () -> cancel(carona, "ana"));
    measure(
        "UpdateCaronaStatus, leaves",
        () -> status(carona, StatusCarona.STATUS_CARONA_EM_ANDAMENTO));
    measure(
        "UpdateCaronaStatus, arrives", () -> status(carona, StatusCarona.STATUS_CARONA_CONCLUIDA));
    for (int i = 0; i < CARONAS; i++) {
      offer(4);
    }
    measure(
        "ListCaronasDisponiveis, 10 rides",
        () -> {
          try (var caronas =
              client.listCaronasDisponiveis(
                  ListCaronasRequest.newBuilder().setCondominioId(CONDOMINIO).build())) {
            int count = 0;
            while (caronas.hasNext()) {
              var _ = caronas.next();
              count++;
            }
            assertThat(count).isEqualTo(CARONAS);
          }
          return null;
        });
    assertThat(measured)
        .as("%s; as measured now:%n%s", FILE, inTheFormOfTheFile())
        .containsExactlyInAnyOrderEntriesOf(
            JSON.readValue(
                FILE.toFile(), new TypeReference<Map<String, Map<String, Double>>>() {}));
  }

  /** One line for each call, so that a change of one call is a change of one line. */
  private String inTheFormOfTheFile() {
    return measured.entrySet().stream()
        .map(call ->
            call.getValue().entrySet().stream()
                .map(unit -> "\"%s\": %s".formatted(unit.getKey(), unit.getValue()))
                .collect(joining(", ", "  \"%s\": {".formatted(call.getKey()), "}")))
        .collect(joining(",\n", "{\n", "\n}\n"));
  }

  @FunctionalInterface
  private interface Call<T> {
    T make();
  }

  private <T> T measure(String name, Call<T> call) throws Exception {
    store.forget();
    T result = call.make();
    double read = 0;
    double write = 0;
    double index = 0;
    for (Answered answered : store.answered()) {
      if (answered.request().contains("readiness") || !answered.body().contains("Consumed")) {
        continue;
      }
      boolean transaction = answered.operation().equals("TransactWriteItems");
      if (transaction) {
        write +=
            UNITS_OF_A_TRANSACTED_ITEM
                * JSON.readTree(answered.request()).get("TransactItems").size();
      }
      JsonNode consumed = JSON.readTree(answered.body()).path("ConsumedCapacity");
      for (JsonNode one : consumed.isArray() ? consumed : JSON.createArrayNode().add(consumed)) {
        double ofIndex = 0;
        for (JsonNode each : one.path("GlobalSecondaryIndexes")) {
          ofIndex += each.path("CapacityUnits").asDouble();
        }
        if (transaction) {
          index += ofIndex;
        } else {
          read += one.path("CapacityUnits").asDouble();
        }
      }
    }
    Map<String, Double> units = new LinkedHashMap<>();
    units.put("read", read);
    units.put("write", write);
    units.put("index", index);
    measured.put(name, units);
    return result;
  }

  private static String offer(int seats) {
    return client
        .createCarona(
            CreateCaronaRequest.newBuilder()
                .setCondominioId(CONDOMINIO)
                .setMotoristaId("dora")
                .setOrigem("Portaria Aurora")
                .setDestino("Parque Villa-Lobos")
                .setPartida(
                    Timestamp.newBuilder()
                        .setSeconds(Instant.now().plus(Duration.ofDays(1)).getEpochSecond()))
                .setVagasTotal(seats)
                .build())
        .getId();
  }

  private static CheckVagasRequest.Builder check(String carona) {
    return CheckVagasRequest.newBuilder().setCaronaId(carona);
  }

  private static ProcessarReservaRequest booking(String carona, String passenger, int seats) {
    return ProcessarReservaRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCaronaId(carona)
        .setUsuarioId(passenger)
        .setCondominioId(CONDOMINIO)
        .setVagas(seats)
        .build();
  }

  private static Object refused(ProcessarReservaRequest booking) {
    try {
      return client.processarReserva(booking);
    } catch (RefusedException e) {
      return e;
    }
  }

  private static Object status(String carona, StatusCarona status) {
    return client.updateCaronaStatus(
        UpdateCaronaStatusRequest.newBuilder().setCaronaId(carona).setStatus(status).build());
  }

  private static Object cancel(String carona, String passenger) {
    return client.updateReservaStatus(
        UpdateReservaStatusRequest.newBuilder()
            .setCaronaId(carona)
            .setUsuarioId(passenger)
            .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
            .build());
  }
}
