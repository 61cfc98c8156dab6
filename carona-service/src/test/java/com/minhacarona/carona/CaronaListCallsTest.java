package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.ListCaronasRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How many requests to DynamoDB a list takes, of which the filter lets few rides pass. */
@Tag("dynamodb")
class CaronaListCallsTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static final int WITH_ONE_SEAT = 400;

  /** Growing to the largest page takes four pages, each of a query and a batch read. */
  private static final int FOR_A_LIMIT = 8;

  private static DynamoDbProxy store;
  private static TestServer server;

  @BeforeAll
  static void start() {
    store = new DynamoDbProxy(LOCAL.endpoint());
    server =
        TestServer.netty(
            TestServer.dynamoDb(store.endpoint(), LOCAL.tableName()),
            new RecordedFeed().module(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMinutes(1))));
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    for (int i = 0; i < WITH_ONE_SEAT; i++) {
      items.addAll(open("first", i, 1));
      items.addAll(open("tenth", i, i % 10 == 9 ? 2 : 1));
    }
    items.addAll(open("first", WITH_ONE_SEAT, 2));
    LOCAL.putAll(items);
  }

  @AfterAll
  static void stop() {
    server.close();
    store.close();
  }

  @Test
  void list_of400RidesThatDoNotFit_withLimite1_takesHardlyMoreCallsThanWithoutALimit() {
    assertThat(list(two("first"))).hasSize(1);
    assertThat(store.operations()).hasSize(9);
    assertThat(list(two("first").setLimite(1))).hasSize(1);
    assertThat(store.operations()).hasSizeLessThanOrEqualTo(9 + FOR_A_LIMIT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 17, 39, 40, 41, 99, 100, 101, 400})
  void list_withAnyLimite_hasTheFirstRides_withFewCalls(int limite) {
    List<CaronaResponse> all = list(two("tenth"));
    int without = store.operations().size();
    assertThat(list(two("tenth").setLimite(limite)))
        .isEqualTo(all.subList(0, Math.min(limite, all.size())));
    assertThat(store.operations()).hasSizeLessThanOrEqualTo(without + FOR_A_LIMIT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 100})
  void list_whereEveryRideFits_readsNoMoreThanTheLimite(int limite) {
    assertThat(list(of("first").setLimite(limite))).hasSize(limite);
    assertThat(store.operations()).containsExactly("Query", "BatchGetItem");
    assertThat(store.answered().getLast().request().split("DETALHES", -1)).hasSize(limite + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 50})
  void list_ofWhichOneInTenFits_readsAtMostFiveTimesWhatItHadTo(int limite) {
    List<CaronaResponse> found = list(two("tenth").setLimite(limite));
    int had = 10 * found.size();
    int read =
        store.answered().stream()
            .filter(answered -> answered.operation().equals("BatchGetItem"))
            .mapToInt(answered -> answered.request().split("DETALHES", -1).length - 1)
            .sum();
    assertThat(read).isBetween(had, 5 * had);
  }

  private static ListCaronasRequest.Builder two(String condominio) {
    return of(condominio).setVagasMinimas(2);
  }

  private static ListCaronasRequest.Builder of(String condominio) {
    return ListCaronasRequest.newBuilder().setCondominioId(condominio);
  }

  private static List<CaronaResponse> list(ListCaronasRequest.Builder request) {
    store.forget();
    return ImmutableList.copyOf(
        CaronaServiceGrpc.newBlockingStub(server.channel())
            .listCaronasDisponiveis(request.build()));
  }

  private static List<Map<String, AttributeValue>> open(String condominio, int second, int vagas) {
    Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofDays(1));
    CaronaItem carona =
        Examples.carona(UUID.randomUUID().toString(), condominio, tomorrow.plusSeconds(second));
    carona = carona.withStatus(Status.ABERTA, vagas, "", carona.criadaEm());
    return Stream.of(carona.toItem(), carona.toPointer()).toList();
  }
}
