package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hundreds of real streams that follow a large condominium, on a store that is counted. */
@Tag("dynamodb")
class SilentStreamsTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static final int STREAMS = 400;
  private static final int RIDES = 1_000;

  /** Ten pages of a query and a batch read each, and a query that finds no more. */
  private static final int REQUESTS_OF_A_READING = 21;

  /** Takes all that all streams are sent, whether or not it is read. */
  private static final int WIDE_WINDOW = 1 << 30;

  /** Takes some 200 states. */
  private static final int NARROW_WINDOW = 64 * 1024;

  private static final RecordedFeed FEED = new RecordedFeed();
  private static DynamoDbProxy store;
  private static TestServer server;

  @BeforeAll
  static void start() {
    store = new DynamoDbProxy(LOCAL.endpoint());
    server =
        TestServer.netty(
            TestServer.dynamoDb(store.endpoint(), LOCAL.tableName()),
            FEED.module(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMinutes(1))));
    Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofDays(1));
    LOCAL.putAll(
        IntStream.range(0, RIDES)
            .mapToObj(i -> Examples.carona("r" + i, "crowd", tomorrow.plusSeconds(i)))
            .flatMap(carona -> Stream.of(carona.toItem(), carona.toPointer()))
            .toList());
  }

  @AfterAll
  static void stop() {
    server.close();
    store.close();
  }

  @Test
  void streamsThatFollowTheSame_shareItsReadings_andALateReaderSkipsStates() {
    ManagedChannel wide = channel(WIDE_WINDOW);
    ManagedChannel narrow = channel(NARROW_WINDOW);
    store.forget();
    List<Watcher> watchers =
        IntStream.range(0, STREAMS).mapToObj(i -> silent(i == 0 ? narrow : wide)).toList();
    watchers.forEach(watcher -> watcher.requests.request(1));
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> watchers.stream().noneMatch(watcher -> watcher.received.isEmpty()));
    assertThat(watchers)
        .allSatisfy(
            watcher -> assertThat(watcher.received.getFirst().getResultado().getCodigo()).isZero());
    int readings = STREAMS / 10;
    assertThat(store.operations()).hasSizeLessThan(readings * REQUESTS_OF_A_READING);

    // The last rides wait on the server: the client's window is full of the first ones.
    for (int versao = 2; versao <= 4; versao++) {
      for (int i = RIDES / 2; i < RIDES; i++) {
        FEED.listener.changed(Versions.of("r" + i, "crowd", versao));
      }
    }
    Watcher late = watchers.getFirst();
    late.requests.request(Integer.MAX_VALUE);
    late.synced();
    assertThat(late.received.stream().filter(CaronaUpdateResponse::hasAtualizacao)).hasSize(RIDES);
    assertThat(late.versions("r0")).containsExactly(1L);
    assertThat(late.versions("r" + (RIDES - 1))).containsExactly(4L);
    wide.shutdownNow();
    narrow.shutdownNow();
  }

  private static Watcher silent(ManagedChannel channel) {
    return Watcher.openWithoutReading(CaronaServiceGrpc.newStub(channel))
        .follow("c1", Assinar.newBuilder().setCondominioId("crowd"));
  }

  private static ManagedChannel channel(int windowBytes) {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.instance(Service.class).port())
        .flowControlWindow(windowBytes)
        .usePlaintext()
        .build();
  }
}
