package com.minhacarona.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Timestamps;
import com.minhacarona.carona.CaronaConfig;
import com.minhacarona.carona.CaronaModule;
import com.minhacarona.carona.UpdatesModule;
import com.minhacarona.carona.feed.CaronaFeed;
import com.minhacarona.reserva.ReservaModule;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.Attributes;
import com.minhacarona.table.Keys;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingStub;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The number of shards of the open rides grows from 8 to 32 and goes back, as the page of shards
 * says, one of two tasks after the other. Meanwhile rides are offered, filled and opened again, and
 * others list them, with cursors that go from task to task.
 */
@Tag("dynamodb")
class ResizingTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static final int FEW = 8;
  private static final int MANY = 32;

  /** Rides in each step; each of three kinds. */
  private static final int RIDES = 30;

  private static final int AT_ONCE = 4;

  /** Each of them asks 32 shards for each page, of a DynamoDB that runs here. */
  private static final int LISTS = 3;

  private static final int PAGE = 37;

  private static final List<TestServer> SERVERS = new ArrayList<>();
  private static CaronaServiceBlockingStub few;
  private static CaronaServiceBlockingStub readsMany;
  private static CaronaServiceBlockingStub many;
  private static ReservaServiceBlockingStub reservas;

  private final Instant base = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(2, ChronoUnit.DAYS);
  private final AtomicInteger made = new AtomicInteger();

  /** Rides that are open at the end, by id, with the shard that they were created in. */
  private final Map<String, Integer> open = new ConcurrentHashMap<>();

  /** Rides that nobody touches after they were created. */
  private final Set<String> untouched = ConcurrentHashMap.newKeySet();

  @BeforeAll
  static void start() {
    few = carona(FEW, FEW);
    readsMany = carona(FEW, MANY);
    many = carona(MANY, MANY);
    TestServer server =
        TestServer.netty(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()), new ReservaModule());
    SERVERS.add(server);
    reservas = ReservaServiceGrpc.newBlockingStub(server.channel());
  }

  private static CaronaServiceBlockingStub carona(int shards, int read) {
    TestServer server =
        TestServer.netty(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
            binder -> binder.bind(CaronaFeed.class).toInstance(new Silence()),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMillis(1), shards, read)));
    SERVERS.add(server);
    return CaronaServiceGrpc.newBlockingStub(server.channel());
  }

  @AfterAll
  static void stop() {
    SERVERS.forEach(TestServer::close);
  }

  /** Nobody follows rides here. */
  private static final class Silence implements CaronaFeed {
    @Override
    public void start(Listener listener) {}

    @Override
    public void stop() {}
  }

  /** Two tasks at one time. */
  private record Step(CaronaServiceBlockingStub one, CaronaServiceBlockingStub other) {}

  @Test
  void noRideIsLost_andNoneComesTwice_whileTheNumberOfShardsChanges() throws Exception {
    List<Step> steps =
        List.of(
            new Step(few, few),
            new Step(readsMany, few),
            new Step(readsMany, readsMany),
            new Step(many, readsMany),
            new Step(many, many),
            new Step(readsMany, many),
            new Step(readsMany, readsMany));
    List<CaronaResponse> before = List.of();
    for (Step step : steps) {
      work(step);
      List<CaronaResponse> list = pages(step);
      assertThat(ids(list))
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(open.keySet());
      assertThat(ids(all(step.one, request()))).isEqualTo(ids(list));
      assertThat(ids(all(step.other, request()))).isEqualTo(ids(list));
      goesOn(before, step);
      before = list;
    }
    assertThat(LOCAL.violations()).isEmpty();
    assertThat(open.values()).as("shards").contains(0, FEW - 1).anyMatch(shard -> shard >= FEW);
    open.forEach((id, shard) -> assertThat(shard(id)).as(id).isEqualTo(shard));
  }

  /** A cursor of the step before is good for both tasks. */
  private void goesOn(List<CaronaResponse> before, Step step) {
    if (before.isEmpty()) {
      return;
    }
    int half = before.size() / 2;
    List<String> rest = ids(before.subList(half, before.size()));
    for (CaronaServiceBlockingStub task : List.of(step.one, step.other)) {
      assertThat(ids(all(task, request().setApos(before.get(half - 1).getCursor()))))
          .doesNotHaveDuplicates()
          .doesNotContainAnyElementsOf(ids(before.subList(0, half)))
          .containsSubsequence(rest);
    }
  }

  /** Offers rides by both tasks, fills and opens some, and lists them all the while. */
  private void work(Step step) throws Exception {
    List<Callable<Void>> work = new ArrayList<>();
    IntStream.range(0, RIDES).forEach(_ -> work.add(() -> offer(step)));
    IntStream.range(0, LISTS).forEach(i -> work.add(i * RIDES / LISTS, () -> listWhatStays(step)));
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    }
  }

  private Void offer(Step step) {
    int number = made.getAndIncrement();
    String id =
        (number % 2 == 0 ? step.one : step.other)
            .createCarona(
                CreateCaronaRequest.newBuilder()
                    .setRequestId(UUID.randomUUID().toString())
                    .setCondominioId("cond-" + number % 5)
                    .setMotoristaId("motorista-" + number)
                    .setOrigem("Portaria")
                    .setDestino("USP")
                    .setPartida(Timestamps.fromMillis(base.plusSeconds(number % 20).toEpochMilli()))
                    .setVagasTotal(1)
                    .build())
            .getCarona()
            .getId();
    int shard = shard(id);
    switch (number % 3) {
      case 0 -> {
        untouched.add(id);
        open.put(id, shard);
      }
      case 1 -> {
        fill(id, number);
        openAgain(id);
        open.put(id, shard);
      }
      default -> {
        fill(id, number);
        openAgain(id);
        fill(id, number);
      }
    }
    return null;
  }

  private void fill(String id, int number) {
    var _ =
        reservas.processarReserva(
            ProcessarReservaRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setCaronaId(id)
                .setUsuarioId("ana")
                .setCondominioId("cond-" + number % 5)
                .build());
  }

  private void openAgain(String id) {
    var _ =
        reservas.updateReservaStatus(
            UpdateReservaStatusRequest.newBuilder()
                .setCaronaId(id)
                .setUsuarioId("ana")
                .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
                .build());
  }

  private Void listWhatStays(Step step) {
    Set<String> stays = new HashSet<>(untouched);
    List<CaronaResponse> found = pages(step);
    assertThat(ids(found)).doesNotHaveDuplicates().containsAll(stays);
    return null;
  }

  /** The list by pages, each from the other task than the one before. */
  private List<CaronaResponse> pages(Step step) {
    List<CaronaResponse> pages = new ArrayList<>();
    List<CaronaResponse> page = all(step.one, request().setLimite(PAGE));
    for (int i = 1; !page.isEmpty(); i++) {
      pages.addAll(page);
      page =
          all(
              i % 2 == 0 ? step.one : step.other,
              request().setLimite(PAGE).setApos(page.getLast().getCursor()));
    }
    assertThat(pages)
        .extracting(response -> Timestamps.toMillis(response.getCarona().getPartida()))
        .isSorted();
    return pages;
  }

  private static int shard(String id) {
    return Integer.parseInt(
        LOCAL
            .client()
            .getItem(r -> r.tableName(LOCAL.tableName()).key(Keys.carona(id)).consistentRead(true))
            .item()
            .get(Attributes.GSI1SHARD)
            .n());
  }

  private static ListCaronasRequest.Builder request() {
    return ListCaronasRequest.newBuilder();
  }

  private static List<CaronaResponse> all(
      CaronaServiceBlockingStub stub, ListCaronasRequest.Builder request) {
    return ImmutableList.copyOf(stub.listCaronasDisponiveis(request.build()));
  }

  private static List<String> ids(List<CaronaResponse> responses) {
    return responses.stream().map(response -> response.getCarona().getId()).toList();
  }
}
