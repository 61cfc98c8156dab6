package com.minhacarona.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.carona.Watcher;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceStub;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.ProcessarReservaRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs two processes of carona-service and one of reserva-service on one table. */
@Tag("dynamodb")
@Tag("process")
class TasksTest {
  @RegisterExtension static final LocalDynamoDb TABLE = new LocalDynamoDb();

  /** The condominium of the examples. */
  private static final String CONDOMINIO = "cond-1";

  private static final int CARONAS = 5;

  private static TaskProcess first;
  private static TaskProcess second;
  private static TaskProcess reserva;
  private static ManagedChannel toFirst;
  private static ManagedChannel toSecond;
  private static MinhaCaronaClient client;

  @BeforeAll
  static void start() {
    Map<String, String> settings = TaskProcess.forATest(Map.of());
    first = TaskProcess.carona(TABLE.endpoint(), TABLE.tableName(), settings);
    second = TaskProcess.carona(TABLE.endpoint(), TABLE.tableName(), settings);
    reserva = TaskProcess.reserva(TABLE.endpoint(), TABLE.tableName(), settings);
    toFirst = ManagedChannelBuilder.forAddress("127.0.0.1", first.port()).usePlaintext().build();
    toSecond = ManagedChannelBuilder.forAddress("127.0.0.1", second.port()).usePlaintext().build();
    client =
        MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + second.port())
            .reservaTarget("dns:///127.0.0.1:" + reserva.port())
            .plaintext()
            .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    toFirst.shutdownNow();
    toSecond.shutdownNow();
    for (TaskProcess task : List.of(first, second, reserva)) {
      task.close();
    }
  }

  @Test
  void aBookingOnOneTask_appearsOnTheStreamsOfTheOthers_andStreamsMoveWhenATaskStops()
      throws Exception {
    List<CaronaItem> caronas = new ArrayList<>();
    for (int i = 0; i < CARONAS; i++) {
      caronas.add(
          Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1))));
      TABLE.put(caronas.getLast());
    }
    String[] ids = caronas.stream().map(CaronaItem::id).toArray(String[]::new);
    List<Watcher> ofFirst = watchers(toFirst, ids);
    List<Watcher> ofSecond = watchers(toSecond, ids);

    book(ids, "ana");
    awaitVersions(ofFirst, ids, 2);
    awaitVersions(ofSecond, ids, 2);

    first.terminate();
    book(ids, "bia");
    await().atMost(Duration.ofSeconds(30)).until(() -> ofFirst.stream().allMatch(w -> w.completed));
    assertThat(ofFirst)
        .allSatisfy(watcher -> assertThat(watcher.received.getLast().hasEncerrando()).isTrue());
    book(ids, "caio");
    List<Watcher> moved = ofFirst.stream().map(TasksTest::move).toList();
    book(ids, "davi");
    assertThat(first.awaitExit()).isZero();

    awaitVersions(moved, ids, 5);
    awaitVersions(ofSecond, ids, 5);
    for (int i = 0; i < moved.size(); i++) {
      Map<String, Long> known = ofFirst.get(i).known();
      for (String id : ids) {
        assertThat(moved.get(i).versions(id))
            .as("nothing that was known is sent again")
            .isSorted()
            .doesNotHaveDuplicates()
            .allMatch(versao -> versao > known.get(id));
        assertThat(moved.get(i).states(id).getLast())
            .isEqualTo(ofSecond.getFirst().states(id).getLast());
      }
    }
    assertThat(TABLE.violations()).isEmpty();
  }

  private static List<Watcher> watchers(ManagedChannel channel, String... ids) {
    CaronaServiceStub stub = CaronaServiceGrpc.newStub(channel);
    return IntStream.range(0, 10)
        .mapToObj(i ->
            i % 2 == 0
                ? Watcher.open(stub).followCaronas(ids)
                : Watcher.open(stub).followCondominio(CONDOMINIO))
        .toList();
  }

  /** Follows again on the second task, like a client whose first task stopped. */
  private static Watcher move(Watcher from) {
    return Watcher.open(CaronaServiceGrpc.newStub(toSecond))
        .follow(
            "again",
            Assinar.newBuilder().setCondominioId(CONDOMINIO).putAllVersoesConhecidas(from.known()))
        .synced();
  }

  private static void book(String[] caronas, String passenger) {
    for (String carona : caronas) {
      client.processarReserva(
          ProcessarReservaRequest.newBuilder()
              .setCaronaId(carona)
              .setUsuarioId(passenger)
              .setCondominioId(CONDOMINIO)
              .build());
    }
  }

  private static void awaitVersions(List<Watcher> watchers, String[] caronas, long versao) {
    for (Watcher watcher : watchers) {
      for (String carona : caronas) {
        watcher.awaitVersion(carona, versao);
      }
      assertThat(watcher.received).noneMatch(CaronaUpdateResponse::hasBatimento);
    }
  }
}
