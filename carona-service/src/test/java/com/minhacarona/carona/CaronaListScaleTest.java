package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.DynamoDbProxy.Answered;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.ListCaronasRequest;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A list of more open rides than anybody reads. */
@Tag("dynamodb")
@Tag("soak")
class CaronaListScaleTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static final int FEW = 1_000;

  /**
   * A hundred pages: a cost that grew with the number of rides would be ten times that of {@link
   * #FEW}, and a list that did not stop for its reader would read them all in a second.
   */
  private static final int MANY = Boolean.getBoolean("soak") ? 100_000 : 10_000;

  private static DynamoDbProxy store;
  private static TestServer server;
  private static Map<String, Double> pageOfFew;

  @BeforeAll
  static void start() throws Exception {
    store = new DynamoDbProxy(LOCAL.endpoint());
    server =
        TestServer.netty(
            TestServer.dynamoDb(store.endpoint(), LOCAL.tableName()),
            new RecordedFeed().module(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMinutes(1))));
    putCaronas(0, FEW);
    pageOfFew = capacityOfOnePage();
    putCaronas(FEW, MANY);
  }

  @AfterAll
  static void stop() {
    server.close();
    store.close();
    LOCAL.client().deleteTable(r -> r.tableName(LOCAL.tableName()));
  }

  @Test
  void aPage_costsTheSame_howeverManyRidesThereAre() throws Exception {
    assertThat(pageOfFew).containsOnlyKeys("Query", "BatchGetItem");
    assertThat(pageOfFew.get("BatchGetItem")).isEqualTo(50);
    assertThat(capacityOfOnePage()).isEqualTo(pageOfFew);
  }

  @Test
  void aSlowReader_holdsBackTheReading_andACancelledCallEndsIt() {
    store.forget();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.instance(Service.class).port())
            .usePlaintext()
            .flowControlWindow(65_535)
            .build();
    try (Context.CancellableContext call = Context.current().withCancellation()) {
      call.run(() -> {
        Iterator<CaronaResponse> caronas =
            CaronaServiceGrpc.newBlockingStub(channel)
                .listCaronasDisponiveis(ListCaronasRequest.getDefaultInstance());
        for (int i = 0; i < 5; i++) {
          caronas.next();
          int read = awaitStandstill();
          assertThat(read).as("batches of 100 read for %d taken", i + 1).isLessThan(12);
        }
      });
    }
    int atTheEnd = awaitStandstill();
    assertThat(atTheEnd).isLessThan(12);
    channel.shutdownNow();
  }

  /** The number of batch reads once there are no more of them for a while. */
  private static int awaitStandstill() {
    int[] seen = {-1};
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          int before = seen[0];
          seen[0] = (int) store.operations().stream().filter("BatchGetItem"::equals).count();
          return before == seen[0];
        });
    return seen[0];
  }

  /** Capacity units by operation. */
  private static Map<String, Double> capacityOfOnePage() throws JsonProcessingException {
    store.forget();
    List<CaronaResponse> page =
        com.google.common.collect.ImmutableList.copyOf(
            CaronaServiceGrpc.newBlockingStub(server.channel())
                .listCaronasDisponiveis(ListCaronasRequest.newBuilder().setLimite(100).build()));
    assertThat(page).hasSize(100);
    assertThat(store.operations()).containsExactly("Query", "BatchGetItem");
    Map<String, Double> units = new java.util.HashMap<>();
    for (Answered answered : store.answered()) {
      JsonNode consumed = new ObjectMapper().readTree(answered.body()).get("ConsumedCapacity");
      JsonNode one = consumed.isArray() ? consumed.get(0) : consumed;
      units.merge(answered.operation(), one.get("CapacityUnits").asDouble(), Double::sum);
    }
    return units;
  }

  private static void putCaronas(int from, int to) {
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    LOCAL.putAll(
        IntStream.range(from, to)
            .mapToObj(i ->
                Examples.carona(UUID.randomUUID().toString(), tomorrow.plusSeconds(i)).toItem())
            .toList());
  }
}
