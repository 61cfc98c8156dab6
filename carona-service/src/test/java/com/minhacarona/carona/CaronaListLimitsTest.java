package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableList;
import com.google.inject.Module;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.ListCaronasRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many lists a task reads at a time, and that each gives its place back. */
@Tag("dynamodb")
class CaronaListLimitsTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static final String CONDOMINIO = "crowded";

  /** More than the service and the client buffer for one list. */
  private static final int RIDES = 600;

  /** Small, so that a client that does not read is noticed after few rides. */
  private static final int WINDOW = 1_000;

  /** Lists read with a quarter of them. */
  private static final int CONNECTIONS = 12;

  private static final int LISTS_THAT_READ = 3;
  private static final Duration ATTEMPT = Duration.ofSeconds(10);

  private static DynamoDbProxy store;
  private static TestServer server;
  private static ManagedChannel silent;
  private static ListLimits limits;
  private static CaronaItem carona;

  private final CountDownLatch storeAnswers = new CountDownLatch(1);
  private final ConcurrentLinkedQueue<Code> ended = new ConcurrentLinkedQueue<>();
  private final List<ClientCall<ListCaronasRequest, CaronaResponse>> calls = new ArrayList<>();

  @BeforeAll
  static void start() {
    store = new DynamoDbProxy(LOCAL.endpoint());
    server = TestServer.netty(config(), modules());
    limits = server.instance(ListLimits.class);
    silent =
        NettyChannelBuilder.forAddress("127.0.0.1", server.instance(Service.class).port())
            .usePlaintext()
            .flowControlWindow(WINDOW)
            .build();
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    List<CaronaItem> caronas =
        Stream.generate(() -> Examples.carona(UUID.randomUUID().toString(), CONDOMINIO, tomorrow))
            .limit(RIDES)
            .toList();
    carona = caronas.getFirst();
    LOCAL.putAll(caronas.stream().flatMap(c -> Stream.of(c.toItem(), c.toPointer())).toList());
  }

  private static DynamoDbConfig config() {
    return new DynamoDbConfig(
        LOCAL.tableName(),
        "sa-east-1",
        Optional.of(store.endpoint()),
        CONNECTIONS,
        ATTEMPT,
        ATTEMPT);
  }

  private static Module[] modules() {
    return new Module[] {
      new RecordedFeed().module(),
      new UpdatesModule(),
      new CaronaModule(new CaronaConfig(Duration.ofMinutes(1)))
    };
  }

  @AfterAll
  static void stop() {
    silent.shutdownNow();
    server.close();
    store.close();
  }

  @AfterEach
  void allPlacesComeBack() {
    calls.forEach(call -> call.cancel("the test is over", null));
    storeAnswers.countDown();
    await().until(() -> limits.left() == ListLimits.OF_ALL);
    store.forget();
  }

  @Test
  void list_ofEverything_pastTheLimit_isRefusedAtOnce_andOneOfACondominioIsServed() {
    startSilent(ListLimits.OF_ALL, CallOptions.DEFAULT);

    Refused.by(CaronaListLimitsTest::listOfEverything)
        .as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA)
        .retryAfter(Duration.ofMillis(500));
    assertThat(list(of(CONDOMINIO))).hasSize(RIDES);
    assertThat(ended).isEmpty();
  }

  @Test
  void list_ofEverything_thatIsCancelled_givesItsPlaceBack() {
    startSilent(ListLimits.OF_ALL, CallOptions.DEFAULT);

    calls.getFirst().cancel("enough", null);

    await().until(() -> limits.left() == 1);
    assertThat(listOfEverything()).hasSize(RIDES);
  }

  @Test
  void list_ofEverything_pastItsDeadline_givesItsPlaceBack() {
    startSilent(
        ListLimits.OF_ALL, CallOptions.DEFAULT.withDeadlineAfter(2_000, TimeUnit.MILLISECONDS));

    await().until(() -> limits.left() == ListLimits.OF_ALL);
    await().until(() -> ended.size() == ListLimits.OF_ALL);
    assertThat(ended).containsOnly(Code.DEADLINE_EXCEEDED);
    assertThat(listOfEverything()).hasSize(RIDES);
  }

  @Test
  void list_ofEverything_thatCompletesOrFails_givesItsPlaceBack() {
    for (int i = 0; i < 2 * ListLimits.OF_ALL; i++) {
      assertThat(list(ListCaronasRequest.newBuilder().setLimite(1))).hasSize(1);
    }
    assertThat(limits.left()).isEqualTo(ListLimits.OF_ALL);
    store.next("Query", DynamoDbProxy.refusedAs("ResourceNotFoundException"));
    Refused.by(CaronaListLimitsTest::listOfEverything).as(Code.INTERNAL, Errors.ERRO_INTERNO);
    assertThat(limits.left()).isEqualTo(ListLimits.OF_ALL);
  }

  @Test
  void lists_ofACondominio_pastTheirShareOfTheStore_askItNothing_andOtherCallsDo() {
    for (int i = 0; i < LISTS_THAT_READ; i++) {
      store.next("Query", slow());
      call(server.channel(), of(CONDOMINIO), CallOptions.DEFAULT).request(1);
    }
    await().until(() -> queries() == LISTS_THAT_READ);

    call(
        server.channel(),
        of(CONDOMINIO),
        CallOptions.DEFAULT.withDeadlineAfter(700, TimeUnit.MILLISECONDS));
    await().until(() -> ended.size() == 1);
    assertThat(queries()).isEqualTo(LISTS_THAT_READ);
    CheckVagasRequest question =
        CheckVagasRequest.newBuilder().setCaronaId(carona.id()).setVagas(1).build();
    assertThat(stub().checkVagas(question).getDisponivel()).isTrue();

    storeAnswers.countDown();
    assertThat(list(of(CONDOMINIO))).hasSize(RIDES);
  }

  /** Answers when the test lets it. */
  private DynamoDbProxy.Fate slow() {
    return DynamoDbProxy.answered(answer -> {
      TestServer.unchecked(storeAnswers::await);
      return answer;
    });
  }

  private static long queries() {
    return store.operations().stream().filter("Query"::equals).count();
  }

  /** Starts lists of everything whose client does not read, and waits until all have a place. */
  private void startSilent(int lists, CallOptions options) {
    for (int i = 0; i < lists; i++) {
      call(silent, ListCaronasRequest.newBuilder(), options);
    }
    await().until(() -> limits.left() == ListLimits.OF_ALL - lists);
  }

  private ClientCall<ListCaronasRequest, CaronaResponse> call(
      Channel channel, ListCaronasRequest.Builder request, CallOptions options) {
    ClientCall<ListCaronasRequest, CaronaResponse> call =
        channel.newCall(CaronaServiceGrpc.getListCaronasDisponiveisMethod(), options);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.add(status.getCode());
          }
        },
        new Metadata());
    call.sendMessage(request.build());
    call.halfClose();
    calls.add(call);
    return call;
  }

  private static CaronaServiceBlockingStub stub() {
    return CaronaServiceGrpc.newBlockingStub(server.channel());
  }

  private static ListCaronasRequest.Builder of(String condominio) {
    return ListCaronasRequest.newBuilder().setCondominioId(condominio);
  }

  private static List<CaronaResponse> listOfEverything() {
    return list(ListCaronasRequest.newBuilder());
  }

  private static List<CaronaResponse> list(ListCaronasRequest.Builder request) {
    return ImmutableList.copyOf(stub().listCaronasDisponiveis(request.build()));
  }
}
