package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservationsHandlerTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.inject.Module;
import com.google.protobuf.Empty;
import com.minhacarona.reserva.events.CloudEvents;
import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.PublishStandIn;
import com.minhacarona.reserva.events.Records;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.queue.ElasticMq;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.Keys;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process that reads queues and offers no calls, with the settings of one. */
@Tag("dynamodb")
class ReservaWorkerTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final ElasticMq SQS = ElasticMq.shared();
  private static final PublishStandIn SNS = new PublishStandIn();

  /** The default path of an AWS load balancer. */
  private static final MethodDescriptor<Empty, Empty> LOAD_BALANCER =
      MethodDescriptor.<Empty, Empty>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("AWS.ALB/healthcheck")
          .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .build();

  private static String reservations;
  private static String changes;
  private static TestServer worker;

  private final String carona = openCarona();
  private final ProcessarReservaRequest ana =
      ReservaFixture.request(carona, "ana").setVagas(4).build();

  @BeforeAll
  static void start() {
    reservations = SQS.createQueue("reservations");
    changes = SQS.createQueue("changes");
    Environment environment =
        new Environment(
            Map.of(
                "MINHA_CARONA_RPCS",
                "off",
                "MINHA_CARONA_RESERVATIONS_QUEUE_URL",
                reservations,
                "MINHA_CARONA_CHANGES_QUEUE_URL",
                changes,
                "MINHA_CARONA_EVENTS_TOPIC_ARN",
                "arn:aws:sns:sa-east-1:000000000000:events",
                "MINHA_CARONA_SQS_ENDPOINT",
                SQS.endpoint().toString(),
                "MINHA_CARONA_SNS_ENDPOINT",
                SNS.endpoint().toString()));
    Module[] features = ReservaConfig.from(environment).modules().toArray(Module[]::new);
    environment.verify();
    worker = TestServer.netty(TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()), features);
  }

  @AfterAll
  static void stop() {
    worker.close();
    SNS.close();
  }

  @AfterEach
  void violatesNothing() {
    assertThat(LOCAL.violations()).isEmpty();
  }

  @Test
  void aMessage_becomesABooking_andItsChangeAConfirmation() {
    send(reservations, json(ana));
    await().atMost(PATIENCE).until(() -> !stored(ana).isEmpty());
    ReservaItem reserva = LOCAL.reserva(carona, "ana");
    assertThat(reserva.vagas()).isEqualTo(4);
    assertThat(LOCAL.carona(carona).status()).isEqualTo(CaronaItem.Status.LOTADA);
    assertThat(told()).as("nothing is told before the table's change").isEmpty();

    send(changes, Records.of(Map.of(), reserva.toItem()));
    await().atMost(PATIENCE).until(() -> !told().isEmpty());
    assertThat(told())
        .extracting(event -> event.type().eventName())
        .containsExactly("reserva.confirmada");
    await().atMost(PATIENCE).until(() -> SQS.messages(reservations) + SQS.messages(changes) == 0);
  }

  @Test
  void aRefusedMessage_isTold_andACopyOfItIsNotBookedLater() {
    ReservaItem bia = Examples.reserva(carona, "bia", "r1");
    LOCAL.put(bia);
    LOCAL.put(
        Examples.carona(carona, LOCAL.carona(carona).partida())
            .withStatus(
                CaronaItem.Status.ABERTA, 3, "", Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    send(reservations, json(ana));
    await().atMost(PATIENCE).until(() -> told().size() == 1);
    LOCAL.put(bia.withStatus(ReservaItem.Status.CANCELADA, "", bia.criadaEm()));
    LOCAL.put(LOCAL.carona(carona).withStatus(CaronaItem.Status.ABERTA, 4, "", bia.criadaEm()));
    send(reservations, json(ana));
    await().atMost(PATIENCE).until(() -> told().size() == 2);
    assertThat(told().stream().map(DomainEvent::id).distinct())
        .containsExactly(carona + "/ana/" + ana.getRequestId());
    assertThat(stored(ana)).isEmpty();
  }

  @Test
  void aMessageThatIsNoRequest_goesToTheDeadLetters() {
    send(reservations, "{\"carona_id\": \"%s\"}".formatted(carona));
    await().atMost(PATIENCE).until(() -> SQS.messages(reservations + "-dlq") == 1);
    assertThat(told()).isEmpty();
  }

  @Test
  void withoutCalls_healthSaysServing_toPeopleAndLoadBalancers() {
    assertThat(
            HealthGrpc.newBlockingStub(worker.channel())
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    assertThat(
            ClientCalls.blockingUnaryCall(
                worker.channel(), LOAD_BALANCER, CallOptions.DEFAULT, Empty.getDefaultInstance()))
        .isEqualTo(Empty.getDefaultInstance());
    assertThatThrownBy(
            () -> ReservaServiceGrpc.newBlockingStub(worker.channel()).processarReserva(ana))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED));
  }

  /** The events of this test's ride, in the order in which they were published. */
  private List<DomainEvent> told() {
    return SNS.requests().stream()
        .map(request -> CloudEvents.read(request.get("Message")))
        .filter(event -> event.subject().startsWith(carona))
        .toList();
  }

  private List<ReservaItem> stored(ProcessarReservaRequest request) {
    var item =
        LOCAL
            .client()
            .getItem(r ->
                r.tableName(LOCAL.tableName())
                    .key(Keys.reserva(request.getCaronaId(), request.getUsuarioId()))
                    .consistentRead(true))
            .item();
    return item.isEmpty() ? List.of() : List.of(ReservaItem.from(item));
  }

  private static void send(String queue, String body) {
    var _ = SQS.client().sendMessage(r -> r.queueUrl(queue).messageBody(body));
  }

  private static String openCarona() {
    CaronaItem carona =
        Examples.carona(
            UUID.randomUUID().toString(),
            Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS));
    LOCAL.put(carona);
    return carona.id();
  }
}
