package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.DynamoDbProxy.Answered;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.OpenCaronaIndex;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import com.minhacarona.v1.ListCaronasRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of all condominiums, of an index with any number of shards, on DynamoDB Local. */
@Tag("dynamodb")
@Tag("soak")
class CaronaListShardsTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static final int RIDES = Boolean.getBoolean("soak") ? 20_000 : 700;
  private static final int PAGE = 100;
  private static final int MEASURED = 20;

  private final DynamoDbProxy store = new DynamoDbProxy(LOCAL.endpoint());
  private final List<TestServer> servers = new ArrayList<>();

  /** Each test has a time of its own, and so a list of its own. */
  private final Instant base =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1 + TESTS++, ChronoUnit.DAYS);

  private static int TESTS;

  @AfterEach
  void stop() {
    servers.forEach(TestServer::close);
    store.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 32})
  void list_hasEveryRideOnce_inOrder_andGoesOnBehindEachCursor(int shards) {
    List<String> put = put(shards, RIDES);
    CaronaServiceBlockingStub stub = server(shards);
    List<CaronaResponse> all = list(stub, request());
    assertThat(ids(all)).containsExactlyInAnyOrderElementsOf(put);
    assertThat(all).isSortedAccordingTo(Comparator.comparing(r -> departure(r)));
    for (int i = 0; i < all.size(); i += RIDES / 50) {
      assertThat(ids(list(stub, request().setApos(all.get(i).getCursor()))))
          .isEqualTo(ids(all.subList(i + 1, all.size())));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 32})
  void list_whoseClientComesBackForEachPage_isTheWholeList(int shards) {
    put(shards, RIDES);
    CaronaServiceBlockingStub stub = server(shards);
    List<CaronaResponse> pages = new ArrayList<>();
    List<CaronaResponse> page = list(stub, request().setLimite(37));
    while (!page.isEmpty()) {
      pages.addAll(page);
      page = list(stub, request().setLimite(37).setApos(page.getLast().getCursor()));
    }
    assertThat(ids(pages)).isEqualTo(ids(list(stub, request())));
  }

  @ParameterizedTest
  @CsvSource({"1,8", "8,32", "1,32"})
  void aCursor_ofFewerShards_isGoodForMore(int before, int after) {
    put(before, RIDES / 2);
    CaronaServiceBlockingStub fewer = server(before);
    CaronaServiceBlockingStub more = server(after);
    List<CaronaResponse> whole = list(fewer, request());
    assertThat(ids(list(more, request()))).isEqualTo(ids(whole));
    List<CaronaResponse> first = whole.subList(0, whole.size() / 2);
    String cursor = first.getLast().getCursor();
    assertThat(ids(list(more, request().setApos(cursor))))
        .isEqualTo(ids(whole.subList(first.size(), whole.size())));
    List<String> added = put(after, RIDES / 2);
    assertThat(ids(list(more, request()))).containsAll(ids(whole)).containsAll(added);
    List<String> rest = ids(list(more, request().setApos(cursor)));
    assertThat(rest)
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(ids(first))
        .containsAll(ids(whole.subList(first.size(), whole.size())));
  }

  /** Prints what the page of shards says; what it costs is asserted, how long it takes is not. */
  @ParameterizedTest
  @CsvSource({"1,1.5", "8,4", "32,16"})
  void aPage_costsHalfAUnitAShardAtFirst(int shards, double units) throws Exception {
    put(shards, RIDES);
    CaronaServiceBlockingStub stub = server(shards);
    list(stub, request().setLimite(PAGE));
    store.forget();
    assertThat(list(stub, request().setLimite(PAGE))).hasSize(PAGE);
    double firstPage = queryUnits();
    store.forget();
    assertThat(list(stub, request())).hasSize(RIDES);
    double wholeList = queryUnits() * PAGE / RIDES;
    long started = System.nanoTime();
    for (int i = 0; i < MEASURED; i++) {
      list(stub, request().setLimite(PAGE));
    }
    System.out.printf(
        "%d shards: %.1f units for the keys of the first page, %.1f for those of %d rides of a"
            + " list of %d; %.1f ms for a first page%n",
        shards, firstPage, wholeList, PAGE, RIDES, (System.nanoTime() - started) / 1e6 / MEASURED);
    assertThat(firstPage).isEqualTo(units);
    assertThat(wholeList).isLessThanOrEqualTo(firstPage);
  }

  private double queryUnits() throws JsonProcessingException {
    double units = 0;
    for (Answered answered : store.answered()) {
      if (answered.operation().equals("Query")) {
        JsonNode body = new ObjectMapper().readTree(answered.body());
        units += body.get("ConsumedCapacity").get("CapacityUnits").asDouble();
      }
    }
    return units;
  }

  private CaronaServiceBlockingStub server(int shards) {
    TestServer server =
        TestServer.netty(
            TestServer.dynamoDb(store.endpoint(), LOCAL.tableName()),
            new RecordedFeed().module(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMinutes(1), shards, shards)));
    servers.add(server);
    return CaronaServiceGrpc.newBlockingStub(server.channel());
  }

  /** Rides of which several depart at the same moment. */
  private List<String> put(int shards, int count) {
    List<CaronaItem> caronas =
        IntStream.range(0, count)
            .mapToObj(i -> Examples.carona(UUID.randomUUID().toString(), base.plusMillis(i / 5)))
            .toList();
    LOCAL.putAll(
        caronas.stream().map(c -> c.toItem(OpenCaronaIndex.shardOf(c.id(), shards))).toList());
    return caronas.stream().map(CaronaItem::id).toList();
  }

  private ListCaronasRequest.Builder request() {
    return ListCaronasRequest.newBuilder()
        .setDe(com.google.protobuf.Timestamp.newBuilder().setSeconds(base.getEpochSecond()))
        .setAte(
            com.google.protobuf.Timestamp.newBuilder().setSeconds(base.getEpochSecond() + 3_600));
  }

  private static List<CaronaResponse> list(
      CaronaServiceBlockingStub stub, ListCaronasRequest.Builder request) {
    return ImmutableList.copyOf(stub.listCaronasDisponiveis(request.build()));
  }

  private static Instant departure(CaronaResponse response) {
    return Instant.ofEpochSecond(
        response.getCarona().getPartida().getSeconds(),
        response.getCarona().getPartida().getNanos());
  }

  private static List<String> ids(List<CaronaResponse> responses) {
    return responses.stream().map(r -> r.getCarona().getId()).toList();
  }
}
