package com.minhacarona.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import com.minhacarona.carona.Watcher;
import com.minhacarona.carona.feed.SnsStandIn;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.load.queue.QueueActions;
import com.minhacarona.runtime.queue.ElasticMq;
import com.minhacarona.runtime.testing.CloudWatch;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateRequest.MudarStatus;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.Consistencia;
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
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The role of each service's tasks grants what the service sends, and nothing else. No stand-in
 * asks for permission, so that a missing one would first be noticed in production. The roles are
 * those of {@code docs/operations/permissions.md}, which a test of {@code cdk} compares with the
 * templates.
 */
@Tag("process")
@Tag("dynamodb")
class TaskRolesTest {
  @RegisterExtension static final LocalDynamoDb TABLE = new LocalDynamoDb();

  private static final Path PAGE = Path.of("..", "docs", "operations", "permissions.md");
  private static final Pattern WORK_QUEUE =
      Pattern.compile(".*:ExportsOutputFnGetAtt([a-z]+?)(dlq)?Arn}");
  private static final String CONDOMINIO = "cond-roles";
  private static final List<String> SERVICES = List.of("carona-service", "reserva-service");

  private final Map<String, SentActions> sent = new HashMap<>();
  private final Set<String> called = new HashSet<>();
  private MinhaCaronaClient client;

  @Test
  void theRolesGrant_whatTheServicesSend_andNothingElse() throws Exception {
    callEverything();
    for (String service : SERVICES) {
      Set<String> unsent = unsent(service);
      Set<String> needed = new TreeSet<>(sent.get(service).permissions());
      assertThat(needed)
          .as("%s sends it, so it is no permission for something else", service)
          .noneMatch(unsent::contains);
      needed.addAll(unsent);
      assertThat(granted(service)).as(service).containsExactlyInAnyOrderElementsOf(needed);
    }
    assertThat(called)
        .as("every call of the contract")
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    CaronaServiceGrpc.getServiceDescriptor(),
                    ReservaServiceGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream())
                .map(MethodDescriptor::getBareMethodName)
                .toList());
  }

  private void callEverything() throws Exception {
    String prefix = TABLE.tableName() + "-updates-";
    ElasticMq elasticMq = ElasticMq.shared();
    SqsClient sqs = elasticMq.client();
    try (DynamoDbProxy storeOfCarona = new DynamoDbProxy(TABLE.endpoint());
        DynamoDbProxy storeOfReserva = new DynamoDbProxy(TABLE.endpoint());
        DynamoDbProxy queues = new DynamoDbProxy(elasticMq.endpoint());
        QueueActions worked = new QueueActions(TABLE, CONDOMINIO);
        SnsStandIn sns = new SnsStandIn(sqs);
        CloudWatch ofCarona = new CloudWatch();
        CloudWatch ofReserva = new CloudWatch()) {
      // The queue of a dead task, to be swept.
      sqs.createQueue(r ->
          r.queueName(prefix + UUID.randomUUID())
              .tags(Map.of("alive-at", Instant.EPOCH.toString())));
      Map<String, String> settings = new HashMap<>(published(ofCarona));
      settings.put("MINHA_CARONA_UPDATES_TOPIC_ARN", SnsStandIn.TOPIC);
      settings.put("MINHA_CARONA_SQS_ENDPOINT", queues.endpoint().toString());
      settings.put("MINHA_CARONA_SNS_ENDPOINT", sns.endpoint().toString());
      worked.store("dora", "ana", "bia");
      Map<String, String> ofWorker = new HashMap<>(published(ofReserva));
      ofWorker.putAll(worked.settings());
      try (TaskProcess carona =
              TaskProcess.carona(storeOfCarona.endpoint(), TABLE.tableName(), settings);
          TaskProcess reserva =
              TaskProcess.reserva(storeOfReserva.endpoint(), TABLE.tableName(), ofWorker)) {
        await().until(() -> sns.calls().stream().anyMatch(c -> c.action().equals("Subscribe")));
        sns.publish("{}");
        await().until(() -> queues.operations().contains("DeleteMessageBatch"));
        call(carona.port(), reserva.port());
        worked.provoke();
        for (TaskProcess task : List.of(carona, reserva)) {
          task.terminate();
          assertThat(task.awaitExit()).as(task.lastWords()).isZero();
        }
      }
      SentActions byCarona = sentBy("carona-service", storeOfCarona, ofCarona);
      byCarona.addSqs(queues, prefix);
      byCarona.addSns(sns);
      SentActions byReserva = sentBy("reserva-service", storeOfReserva, ofReserva);
      byReserva.permissions().addAll(worked.permissions());
    }
  }

  private static Map<String, String> published(CloudWatch cloudWatch) {
    return Map.of(
        "MINHA_CARONA_WARM_UP_CALLS",
        "0",
        "MINHA_CARONA_DRAIN_DELAY_MS",
        "1",
        "MINHA_CARONA_ENVIRONMENT",
        "test",
        "MINHA_CARONA_CLOUDWATCH_ENDPOINT",
        cloudWatch.endpoint().toString());
  }

  private SentActions sentBy(String service, DynamoDbProxy store, CloudWatch cloudWatch)
      throws IOException {
    SentActions actions = new SentActions();
    actions.addDynamoDb(store);
    if (cloudWatch.requests() > 0) {
      actions.add("cloudwatch:PutMetricData", "*");
    }
    assertThat(cloudWatch.namespaces()).containsExactly("MinhaCarona");
    assertThat(cloudWatch.refusals()).isEmpty();
    sent.put(service, actions);
    return actions;
  }

  /** Every call, and every way in which one writes. */
  private void call(int caronaPort, int reservaPort) {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", caronaPort).usePlaintext().build();
    client =
        MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + caronaPort)
            .reservaTarget("dns:///127.0.0.1:" + reservaPort)
            .plaintext()
            .build();
    try {
      String request = UUID.randomUUID().toString();
      String carona = create(request);
      assertThat(create(request)).as("repeated").isEqualTo(carona);
      for (Consistencia consistencia :
          List.of(Consistencia.CONSISTENCIA_EVENTUAL, Consistencia.CONSISTENCIA_FORTE)) {
        called("GetCarona");
        var _ =
            client.getCarona(
                GetCaronaRequest.newBuilder()
                    .setCaronaId(carona)
                    .setConsistencia(consistencia)
                    .build());
        called("CheckVagas");
        var _ =
            client.checkVagas(
                CheckVagasRequest.newBuilder()
                    .setCaronaId(carona)
                    .setConsistencia(consistencia)
                    .build());
      }
      list(CONDOMINIO);
      list("");
      String followedId = follow(channel, carona);

      book(carona, "ana", 1);
      book(carona, "bia", 3);
      called("GetReservas");
      assertThat(client.getReservas(GetReservasRequest.newBuilder().setCaronaId(carona).build()))
          .hasSize(2);
      reserva(carona, "bia", StatusReserva.STATUS_RESERVA_CANCELADA);
      reserva(carona, "ana", StatusReserva.STATUS_RESERVA_CANCELADA);
      book(carona, "ana", 1);
      book(carona, "bia", 1);
      carona(carona, StatusCarona.STATUS_CARONA_EM_ANDAMENTO);
      reserva(carona, "ana", StatusReserva.STATUS_RESERVA_CONCLUIDA);
      reserva(carona, "bia", StatusReserva.STATUS_RESERVA_NAO_COMPARECEU);
      carona(carona, StatusCarona.STATUS_CARONA_CONCLUIDA);
      String cancelled = create(UUID.randomUUID().toString());
      book(cancelled, "ana", 1);
      carona(cancelled, StatusCarona.STATUS_CARONA_CANCELADA);
      assertThat(followedId).isNotEqualTo(carona);
    } finally {
      client.close();
      channel.shutdownNow();
    }
  }

  /** Follows a ride and a condominium, and changes another ride's status on the stream. */
  private String follow(ManagedChannel channel, String carona) {
    called("StreamCaronasUpdates");
    String another = create(UUID.randomUUID().toString());
    Watcher watcher =
        Watcher.open(CaronaServiceGrpc.newStub(channel))
            .follow("follow", Assinar.newBuilder().addCaronaIds(carona).setCondominioId(CONDOMINIO))
            .synced();
    watcher.requests.onNext(
        CaronaUpdateRequest.newBuilder()
            .setComandoId("leave")
            .setMudarStatus(
                MudarStatus.newBuilder()
                    .setCaronaId(another)
                    .setStatus(StatusCarona.STATUS_CARONA_EM_ANDAMENTO))
            .build());
    await()
        .until(() ->
            watcher.received.stream()
                .anyMatch(r -> r.getResultado().getComandoId().equals("leave")));
    watcher.requests.cancel("done", null);
    return another;
  }

  private String create(String requestId) {
    called("CreateCarona");
    Instant tomorrow =
        Instant.ofEpochSecond(Instant.now().getEpochSecond() / 86_400 * 86_400 + 172_800);
    return client
        .createCarona(
            CreateCaronaRequest.newBuilder()
                .setRequestId(requestId)
                .setCondominioId(CONDOMINIO)
                .setMotoristaId("dora")
                .setOrigem("Portaria Aurora")
                .setDestino("Parque Villa-Lobos")
                .setPartida(Timestamp.newBuilder().setSeconds(tomorrow.getEpochSecond()))
                .setVagasTotal(4)
                .build())
        .getId();
  }

  private void list(String condominio) {
    called("ListCaronasDisponiveis");
    try (var caronas =
        client.listCaronasDisponiveis(
            ListCaronasRequest.newBuilder().setCondominioId(condominio).build())) {
      assertThat(caronas.hasNext()).isTrue();
    }
  }

  private void book(String carona, String passenger, int seats) {
    called("ProcessarReserva");
    var _ =
        client.processarReserva(
            ProcessarReservaRequest.newBuilder()
                .setCaronaId(carona)
                .setUsuarioId(passenger)
                .setCondominioId(CONDOMINIO)
                .setVagas(seats)
                .build());
  }

  private void carona(String carona, StatusCarona status) {
    called("UpdateCaronaStatus");
    var _ =
        client.updateCaronaStatus(
            UpdateCaronaStatusRequest.newBuilder().setCaronaId(carona).setStatus(status).build());
  }

  private void reserva(String carona, String passenger, StatusReserva status) {
    called("UpdateReservaStatus");
    var _ =
        client.updateReservaStatus(
            UpdateReservaStatusRequest.newBuilder()
                .setCaronaId(carona)
                .setUsuarioId(passenger)
                .setStatus(status)
                .build());
  }

  private void called(String rpc) {
    called.add(rpc);
  }

  /** Of the page's table of roles: the rows of the service's tasks in production. */
  private static Set<String> granted(String service) throws IOException {
    Set<String> granted = new TreeSet<>();
    for (List<String> row : rows("`minha-carona-production-%s-task`".formatted(service))) {
      for (String action : row.get(2).split(", ", -1)) {
        granted.add(code(action) + " on " + kind(code(row.get(1))));
      }
    }
    return granted;
  }

  /** Of the page's table of permissions that something else than the service needs. */
  private static Set<String> unsent(String service) throws IOException {
    Set<String> unsent = new TreeSet<>();
    for (List<String> row : rows(service)) {
      assertThat(row.getLast()).as("the reason for %s", row).isNotBlank();
      unsent.add(code(row.get(1)) + " on " + kind(code(row.get(2))));
    }
    return unsent;
  }

  private static List<List<String>> rows(String first) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .filter(line -> line.startsWith("| " + first + " |"))
        .map(line -> Stream.of(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }

  private static String code(String cell) {
    return cell.replace("`", "");
  }

  private static String kind(String resource) {
    if (resource.contains("/index/")) {
      return resource.substring(resource.indexOf("index/"));
    }
    if (resource.endsWith(":table/minha-carona-production")) {
      return "table";
    }
    Matcher workQueue = WORK_QUEUE.matcher(resource);
    if (workQueue.matches()) {
      return workQueue.group(1) + (workQueue.group(2) == null ? "" : "-dlq");
    }
    if (resource.endsWith("ExportsOutputRefevents}")) {
      return "events";
    }
    if (resource.contains(":identity/")) {
      return "mail";
    }
    if (resource.contains(":endpoint/")) {
      return "device";
    }
    if (resource.equals("all but arn:aws:sns:*:*:*")) {
      return "phone";
    }
    if (resource.endsWith("-updates-*")) {
      return "queue";
    }
    if (resource.endsWith("ExportsOutputRefupdates}")) {
      return "topic";
    }
    return resource.endsWith("ExportsOutputRefupdates}:*") ? "subscription" : resource;
  }
}
