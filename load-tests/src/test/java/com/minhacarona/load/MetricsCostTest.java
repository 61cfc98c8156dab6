package com.minhacarona.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Timestamp;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.client.RefusedException;
import com.minhacarona.runtime.testing.CloudWatch;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls everything, and checks what two services publish and what that costs in a month. */
@Tag("dynamodb")
@Tag("process")
class MetricsCostTest {
  @RegisterExtension static final LocalDynamoDb TABLE = new LocalDynamoDb();

  private static final int SERIES_OF_A_SERVICE = 37;

  /** The price of one metric for one month, among the first ten thousand (CloudWatch's list). */
  private static final double DOLLARS = 0.30;

  /**
   * Meters that exist only once a call was shed, throttled, streamed, or refused for its proof, or
   * where there is a certificate; here is none of these.
   */
  private static final Set<String> ONLY_WHEN_IT_HAPPENS =
      Set.of(
          "grpc.server.shed.count",
          "dynamodb.throttled.count",
          "updates.lag.max",
          "auth.refused.count",
          "tls.certificate.expiry.value");

  /** In an access line, which is JSON. */
  private static final Pattern METHOD = Pattern.compile("\"method\":\"(\\w[^\"]*)\"");

  @Test
  void publishedSeries_ofEveryCall_areBoundedAndCostWhatTheOperationsPageSays() throws Exception {
    try (CloudWatch cloudWatch = new CloudWatch()) {
      Map<String, String> settings =
          TaskProcess.forATest(
              Map.of(
                  "MINHA_CARONA_ENVIRONMENT",
                  "test",
                  "MINHA_CARONA_CLOUDWATCH_ENDPOINT",
                  cloudWatch.endpoint().toString()));
      Queue<String> lines = new ConcurrentLinkedQueue<>();
      try (TaskProcess carona =
              TaskProcess.carona(TABLE.endpoint(), TABLE.tableName(), settings, lines::add);
          TaskProcess reserva =
              TaskProcess.reserva(TABLE.endpoint(), TABLE.tableName(), settings, lines::add)) {
        try (MinhaCaronaClient client =
            MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + carona.port())
                .reservaTarget("dns:///127.0.0.1:" + reserva.port())
                .plaintext()
                .build()) {
          callEverything(client);
        }
        carona.terminate();
        reserva.terminate();
        assertThat(carona.awaitExit()).isZero();
        assertThat(reserva.awaitExit()).isZero();
      }
      assertThat(called(lines))
          .as("MetricsCostTest.callEverything: CONTRIBUTING, Add an RPC")
          .containsExactlyElementsOf(rpcs());
      for (String service : List.of("carona-service", "reserva-service")) {
        List<String> series =
            cloudWatch.series().keySet().stream().filter(s -> s.contains(service)).toList();
        System.out.println(service + ": " + series.size() + " series");
        assertThat(series).hasSizeBetween(20, SERIES_OF_A_SERVICE);
        assertThat(series).as("no id is a tag").noneMatch(s -> s.contains("cond-metrics"));
      }
      assertOperationsAskForWhatIsPublished(cloudWatch.series().keySet());
      assertThat(cloudWatch.series())
          .containsEntry(
              "bookings.outcome.count environment=test outcome=booked service=reserva-service", 1.0)
          .containsKey("vagas.cache.count environment=test result=hit service=carona-service");
    }
    int series = 2 * SERIES_OF_A_SERVICE;
    assertThat(Files.readString(Path.of("..", "docs", "operations.md")))
        .contains("%d series".formatted(series))
        .contains(String.format(Locale.ROOT, "%.2f dollars", series * DOLLARS));
  }

  /** The methods of the access lines. */
  private static Set<String> called(Collection<String> lines) {
    return lines.stream()
        .flatMap(line -> METHOD.matcher(line).results())
        .map(method -> method.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> rpcs() {
    return Stream.of(
            CaronaServiceGrpc.getServiceDescriptor(), ReservaServiceGrpc.getServiceDescriptor())
        .flatMap(service -> service.getMethods().stream())
        .map(MethodDescriptor::getFullMethodName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void assertOperationsAskForWhatIsPublished(Set<String> series) throws Exception {
    Set<String> names =
        series.stream().map(s -> s.substring(0, s.indexOf(' '))).collect(Collectors.toSet());
    names.addAll(ONLY_WHEN_IT_HAPPENS);
    Path docs = Path.of("..", "docs");
    for (JsonNode alarm : json(docs.resolve("operations/alarms.json"))) {
      if (alarm.get("namespace").asText().equals("MinhaCarona")) {
        assertThat(names).contains(alarm.get("metric").asText());
      }
      assertThat(docs.resolve("runbooks/%s.md".formatted(alarm.get("id").asText()))).exists();
    }
    for (JsonNode widget : json(docs.resolve("operations/dashboard.json"))) {
      widget.get("metrics").forEach(metric -> assertThat(names).contains(metric.asText()));
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static void callEverything(MinhaCaronaClient client) {
    String carona =
        client
            .createCarona(
                CreateCaronaRequest.newBuilder()
                    .setCondominioId("cond-metrics")
                    .setMotoristaId("ana")
                    .setOrigem("Portaria")
                    .setDestino("USP")
                    .setPartida(
                        Timestamp.newBuilder()
                            .setSeconds(Instant.now().plus(Duration.ofDays(1)).getEpochSecond()))
                    .setVagasTotal(2)
                    .build())
            .getId();
    var _ = client.getCarona(GetCaronaRequest.newBuilder().setCaronaId(carona).build());
    var _ = client.checkVagas(CheckVagasRequest.newBuilder().setCaronaId(carona).build());
    try (var caronas = client.listCaronasDisponiveis(ListCaronasRequest.getDefaultInstance())) {
      caronas.forEachRemaining(_ -> {});
    }
    Follow.untilSynced(client, carona);
    ProcessarReservaRequest booking =
        ProcessarReservaRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setCaronaId(carona)
            .setUsuarioId("bia")
            .setCondominioId("cond-metrics")
            .setVagas(2)
            .build();
    var _ = client.processarReserva(booking);
    var _ = client.processarReserva(booking);
    refused(() -> client.processarReserva(booking.toBuilder().clearRequestId().build()));
    for (String who : List.of("ana", "caio")) {
      refused(() ->
          client.processarReserva(booking.toBuilder().clearRequestId().setUsuarioId(who).build()));
    }
    refused(() -> client.processarReserva(booking.toBuilder().setCaronaId("none").build()));
    refused(() -> client.processarReserva(ProcessarReservaRequest.getDefaultInstance()));
    var _ = client.getReservas(GetReservasRequest.newBuilder().setCaronaId(carona).build());
    var _ =
        client.updateReservaStatus(
            UpdateReservaStatusRequest.newBuilder()
                .setCaronaId(carona)
                .setUsuarioId("bia")
                .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
                .build());
    var _ =
        client.updateCaronaStatus(
            UpdateCaronaStatusRequest.newBuilder()
                .setCaronaId(carona)
                .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                .build());
    refused(
        () -> client.processarReserva(booking.toBuilder().clearRequestId().setVagas(1).build()));
  }

  private static void refused(Runnable call) {
    try {
      call.run();
    } catch (RefusedException _) {
      return;
    }
    throw new AssertionError("the call should have been refused");
  }
}
