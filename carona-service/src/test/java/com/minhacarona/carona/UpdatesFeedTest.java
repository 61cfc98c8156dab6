package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.dynamodb.BatchReads;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceStub;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateRequest.CancelarAssinatura;
import com.minhacarona.v1.CaronaUpdateRequest.MudarStatus;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.StatusCarona;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Update streams behind a feed that does what the test wants. */
@Tag("dynamodb")
class UpdatesFeedTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  /** Four connections' worth; UpdateHubTest has thousands in each build, without a network. */
  private static final int STREAMS = Boolean.getBoolean("soak") ? 2_000 : 200;

  private static final RecordedFeed FEED = new RecordedFeed();
  private static TestServer server;
  private static CaronaServiceStub stub;

  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

  @BeforeAll
  static void start() {
    server =
        TestServer.netty(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
            FEED.module(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMillis(250))));
    stub = CaronaServiceGrpc.newStub(server.channel());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aFeedThatDropsRepeatsAndReorders_leavesEveryStreamWithTheLastState_neverGoingBack() {
    Random random = new Random(7);
    List<CaronaItem> caronas = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      caronas.add(put(Examples.carona(UUID.randomUUID().toString(), tomorrow)));
    }
    String[] ids = caronas.stream().map(CaronaItem::id).toArray(String[]::new);
    List<Watcher> watchers =
        IntStream.range(0, 10)
            .mapToObj(i ->
                i % 2 == 0
                    ? Watcher.open(stub).followCaronas(ids)
                    : Watcher.open(stub).followCondominio("cond-1"))
            .toList();

    for (int round = 0; round < 20; round++) {
      List<CaronaItem> events = new ArrayList<>();
      for (int i = 0; i < caronas.size(); i++) {
        caronas.set(i, put(next(caronas.get(i))));
        events.addAll(Collections.nCopies(random.nextInt(3), caronas.get(i)));
      }
      Collections.shuffle(events, random);
      events.stream().skip(random.nextInt(3)).forEach(FEED.listener::changed);
    }
    // The feed notices in the end that it may have missed something.
    FEED.listener.gap();

    for (Watcher watcher : watchers) {
      for (CaronaItem carona : caronas) {
        watcher.awaitVersion(carona.id(), carona.versao());
        assertThat(watcher.versions(carona.id())).isSorted().doesNotHaveDuplicates();
        assertThat(watcher.states(carona.id()).getLast()).isEqualTo(CaronaProtos.carona(carona));
      }
      watcher.requests.cancel("done", null);
    }
  }

  @Test
  void aReaderThatStops_getsTheLastStateAndAHandfulOfOthers() {
    CaronaItem carona = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    ManagedChannel channel = smallWindow();
    Watcher slow = Watcher.openWithoutReading(CaronaServiceGrpc.newStub(channel));
    Watcher quick = Watcher.open(stub).followCaronas(carona.id());
    slow.follow("c1", Assinar.newBuilder().addCaronaIds(carona.id()));

    for (int i = 0; i < 10_000; i++) {
      carona = next(carona);
      FEED.listener.changed(carona);
    }

    // One slow stream delays no other.
    quick.awaitVersion(carona.id(), carona.versao());
    slow.requests.request(Integer.MAX_VALUE);
    slow.awaitVersion(carona.id(), carona.versao());
    // Those that were in the buffers below: the client's own window of 64 KiB, and little more.
    assertThat(slow.versions(carona.id())).isSorted().hasSizeLessThan(400);
    assertThat(server.instance(MeterRegistry.class).get("updates.conflated").counter().count())
        .isGreaterThan(9_000);
    slow.requests.cancel("done", null);
    quick.requests.cancel("done", null);
    channel.shutdownNow();
  }

  @Test
  void aStateOlderThanOneThatWasSent_isNotSent_whenARideIsFollowedAgain() {
    CaronaItem first = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    CaronaItem second = put(next(first));
    Watcher watcher = Watcher.open(stub).followCaronas(first.id());
    for (int i = 0; i < 50; i++) {
      watcher.requests.onNext(
          CaronaUpdateRequest.newBuilder()
              .setCancelarAssinatura(CancelarAssinatura.newBuilder().addCaronaIds(first.id()))
              .build());
      watcher.follow("again-" + i, Assinar.newBuilder().addCaronaIds(first.id()));
      // The feed repeats the first state again and again, most often while the ride is being read.
      while (!watcher.hasResult("again-" + i)) {
        FEED.listener.changed(first);
      }
    }
    watcher.requests.cancel("done", null);
    assertThat(watcher.versions(first.id())).containsOnly(second.versao());
  }

  @Test
  void aRideThatTheClientHas_isFollowedOn_howeverOldItIs() {
    CaronaItem old = put(in("cond-old", Instant.now().minus(Duration.ofHours(30))));
    Watcher newcomer = Watcher.open(stub).followCondominio("cond-old");
    Watcher returning =
        Watcher.open(stub)
            .follow(
                "back",
                Assinar.newBuilder().setCondominioId("cond-old").putVersoesConhecidas(old.id(), 1))
            .synced();
    CaronaItem arrived = put(next(old));
    FEED.listener.gap();
    returning.awaitVersion(old.id(), arrived.versao());
    assertThat(newcomer.received).noneMatch(r -> r.getAtualizacao().getInicial());
    newcomer.requests.cancel("done", null);
    returning.requests.cancel("done", null);
  }

  @Test
  void aClientThatAsksAndNeverReads_isNotHeardFurther_untilItReads() {
    CaronaItem carona = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    ManagedChannel channel = smallWindow();
    Watcher deaf = Watcher.openWithoutReading(CaronaServiceGrpc.newStub(channel));
    for (int i = 0; i < 2_000; i++) {
      deaf.follow("malformed", Assinar.newBuilder());
    }
    deaf.requests.onNext(
        CaronaUpdateRequest.newBuilder()
            .setMudarStatus(
                MudarStatus.newBuilder()
                    .setCaronaId(carona.id())
                    .setStatus(StatusCarona.STATUS_CARONA_EM_ANDAMENTO))
            .build());
    await()
        .during(Duration.ofMillis(500))
        .until(() -> LOCAL.carona(carona.id()).status() == Status.ABERTA);
    // Others are served meanwhile.
    Watcher.open(stub).followCaronas(carona.id()).requests.cancel("done", null);
    deaf.requests.request(Integer.MAX_VALUE);
    await().until(() -> LOCAL.carona(carona.id()).status() == Status.EM_ANDAMENTO);
    deaf.requests.cancel("done", null);
    channel.shutdownNow();
  }

  @Test
  void aCondominioOfSeveralPages_isReadWhole() {
    List<CaronaItem> caronas =
        IntStream.range(0, 2 * BatchReads.MAX_KEYS + 50)
            .mapToObj(i -> in("cond-pages", tomorrow.plusSeconds(i)))
            .toList();
    LOCAL.putAll(caronas.stream().flatMap(r -> Stream.of(r.toItem(), r.toPointer())).toList());
    Watcher watcher = Watcher.open(stub).followCondominio("cond-pages");
    assertThat(watcher.known().keySet())
        .isEqualTo(caronas.stream().map(CaronaItem::id).collect(Collectors.toSet()));
    watcher.requests.cancel("done", null);
  }

  /** In memory, UpdateStreamTest finds the limit in each build; to store so many takes seconds. */
  @Test
  @Tag("soak")
  @EnabledIfSystemProperty(named = "soak", matches = "true")
  void aStreamFollowsTenThousandRides_andNoMore() {
    String condominio = "cond-large";
    List<CaronaItem> caronas =
        IntStream.range(0, Subscription.MAX_CARONAS)
            .mapToObj(i -> in(condominio, tomorrow.plusSeconds(i)))
            .toList();
    LOCAL.putAll(caronas.stream().flatMap(r -> Stream.of(r.toItem(), r.toPointer())).toList());
    CaronaItem other = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));

    Watcher full = Watcher.open(stub).followCondominio(condominio);
    assertThat(full.known()).hasSize(Subscription.MAX_CARONAS);
    full.follow("more", Assinar.newBuilder().addCaronaIds(other.id()));
    assertThat(full.awaitResult("more"))
        .returns(Code.RESOURCE_EXHAUSTED.value(), CaronaUpdateResponse.Resultado::getCodigo)
        .returns("LIMITE_DE_ASSINATURAS", CaronaUpdateResponse.Resultado::getMotivo);
    FEED.listener.changed(put(next(caronas.getFirst())));
    full.awaitVersion(caronas.getFirst().id(), 2);

    // A ride that the condominium offers later is one too many for the stream.
    CaronaItem later = put(in(condominio, tomorrow));
    FEED.listener.changed(later);
    await().until(() -> full.ended.isPresent());
    assertThat(Refused.of((StatusRuntimeException) full.ended.orElseThrow()).reason())
        .isEqualTo("LIMITE_DE_ASSINATURAS");

    Watcher tooMany =
        Watcher.open(stub).follow("all", Assinar.newBuilder().setCondominioId(condominio));
    assertThat(tooMany.awaitResult("all").getMotivo()).isEqualTo("LIMITE_DE_ASSINATURAS");
    tooMany.followCaronas(other.id());
    tooMany.requests.cancel("done", null);
  }

  @Test
  void theTimeFromCommitToSend_isMeasured() {
    MeterRegistry meters = server.instance(MeterRegistry.class);
    Timer lag = meters.get("updates.lag").timer();
    CaronaItem carona = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    Watcher watcher = Watcher.open(stub).followCaronas(carona.id());
    assertThat(meters.get("updates.subscribers").gauge().value()).isGreaterThanOrEqualTo(1);
    long countBefore = lag.count();
    double secondsBefore = lag.totalTime(TimeUnit.SECONDS);
    FEED.listener.changed(
        carona.withStatus(Status.ABERTA, 4, "", Instant.now().minus(Duration.ofHours(1))));
    watcher.awaitVersion(carona.id(), 2);
    assertThat(lag.count()).isEqualTo(countBefore + 1);
    assertThat(lag.totalTime(TimeUnit.SECONDS) - secondsBefore).isBetween(3_600.0, 3_700.0);
    watcher.requests.cancel("done", null);
  }

  @Test
  @Tag("soak")
  void oneChange_reachesThousandsOfStreams() {
    CaronaItem carona = put(in("cond-2000", tomorrow));
    List<ManagedChannel> channels =
        IntStream.range(0, 4)
            .mapToObj(_ ->
                NettyChannelBuilder.forAddress("127.0.0.1", server.instance(Service.class).port())
                    .usePlaintext()
                    .build())
            .toList();
    List<Watcher> watchers = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      watchers.add(
          Watcher.open(CaronaServiceGrpc.newStub(channels.get(i % channels.size())))
              .follow("c1", Assinar.newBuilder().setCondominioId(carona.condominioId())));
      if (i % 50 == 49) {
        // DynamoDB Local answers a few hundred reads a second on a busy machine.
        watchers.forEach(Watcher::synced);
      }
    }

    CaronaItem changed = next(carona);
    FEED.listener.changed(changed);

    for (Watcher watcher : watchers) {
      watcher.awaitVersion(carona.id(), changed.versao());
      assertThat(watcher.versions(carona.id())).containsExactly(1L, 2L);
    }
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  void aServiceThatStops_sendsItsStreamsElsewhere_andNothingKnownIsSentAgain() {
    CaronaItem one = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    CaronaItem two = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    Watcher moving;
    try (TestServer leaving =
        TestServer.netty(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
            new RecordedFeed().module(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMillis(250))))) {
      moving =
          Watcher.open(CaronaServiceGrpc.newStub(leaving.channel()))
              .followCaronas(one.id(), two.id());
      TestServer.unchecked(leaving.instance(Service.class)::stop);
      await().until(() -> moving.completed);
      assertThat(moving.received.getLast().hasEncerrando()).isTrue();
    }
    CaronaItem meanwhile = put(next(two));

    Watcher moved =
        Watcher.open(stub)
            .follow(
                "again",
                Assinar.newBuilder()
                    .addCaronaIds(one.id())
                    .addCaronaIds(two.id())
                    .putAllVersoesConhecidas(moving.known()))
            .synced();
    assertThat(moved.received.stream().filter(CaronaUpdateResponse::hasAtualizacao))
        .extracting(r -> r.getAtualizacao().getCarona())
        .containsExactly(CaronaProtos.carona(meanwhile));
    moved.requests.cancel("done", null);
  }

  /** The window of most gRPC implementations; grpc-java's own default is a megabyte. */
  private static ManagedChannel smallWindow() {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.instance(Service.class).port())
        .usePlaintext()
        .flowControlWindow(65_535)
        .build();
  }

  private static CaronaItem put(CaronaItem carona) {
    LOCAL.put(carona);
    return carona;
  }

  private static CaronaItem in(String condominio, Instant partida) {
    return Examples.carona(UUID.randomUUID().toString(), condominio, partida);
  }

  private static CaronaItem next(CaronaItem carona) {
    return carona.withStatus(Status.ABERTA, 4, "v" + (carona.versao() + 1), carona.atualizadaEm());
  }
}
