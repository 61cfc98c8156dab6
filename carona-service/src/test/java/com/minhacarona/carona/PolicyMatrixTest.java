package com.minhacarona.carona;

import static com.minhacarona.runtime.testing.PolicyCaller.A;
import static com.minhacarona.runtime.testing.PolicyCaller.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.DynamoDbProxy.Answered;
import com.minhacarona.runtime.testing.PolicyCaller;
import com.minhacarona.runtime.testing.PolicyDoor;
import com.minhacarona.runtime.testing.PolicyMatrix;
import com.minhacarona.runtime.testing.TestIssuer;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingV2Stub;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateRequest.CancelarAssinatura;
import com.minhacarona.v1.CaronaUpdateRequest.MudarStatus;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CaronaUpdateResponse.Resultado;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The table of rides in {@code docs/policy.md}, on DynamoDB Local. */
@Tag("dynamodb")
class PolicyMatrixTest extends PolicyMatrix<PolicyMatrixTest.Subject> {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  private static PolicyDoor door;

  /** A ride and its condominium. */
  record Subject(String caronaId, String condominio) {}

  @BeforeAll
  static void open() {
    door =
        new PolicyDoor(
            TestServer.dynamoDb(SERVICE.store.endpoint(), SERVICE.local.tableName()),
            new DynamoDbStreamsFeedModule(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMinutes(1))));
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @Override
  protected String heading() {
    return "Rides";
  }

  @Override
  protected ServiceDescriptor service() {
    return CaronaServiceGrpc.getServiceDescriptor();
  }

  @Override
  protected PolicyDoor door() {
    return door;
  }

  @Override
  protected String reason(String row, int code) {
    return code == Status.Code.INVALID_ARGUMENT.value()
        ? "ARGUMENTO_INVALIDO"
        : "CARONA_NAO_ENCONTRADA";
  }

  @Override
  protected String[] scopes(String row) {
    return row.contains("with the scope `list-all`")
        ? new String[] {Caller.LIST_ALL}
        : new String[0];
  }

  @Override
  protected Subject subject(String row) throws Exception {
    Subject subject = new Subject(carona(A), A);
    if (row.contains("from memory")) {
      var _ =
          as(new As(PolicyCaller.SERVICE, door.channel(PolicyCaller.SERVICE)))
              .checkVagas(CheckVagasRequest.newBuilder().setCaronaId(subject.caronaId).build());
      SERVICE.store.forget();
    }
    return subject;
  }

  @Override
  protected Subject missing() {
    return new Subject(UUID.randomUUID().toString(), "cond-nowhere");
  }

  @Override
  protected Object stored(Subject subject) {
    return SERVICE.local.carona(subject.caronaId);
  }

  @Override
  protected List<String> requests(Subject subject, Runnable call) {
    SERVICE.store.forget();
    call.run();
    return SERVICE.store.answered().stream()
        .filter(sent -> sent.request().contains(subject.caronaId))
        .map(Answered::operation)
        .toList();
  }

  @Override
  protected String anonymous(String text, Subject subject) {
    return text.replace(subject.caronaId, "ride").replace(subject.condominio, "condominium");
  }

  @Override
  protected Map<String, Ask<Subject>> asks() {
    Map<String, Ask<Subject>> asks = new LinkedHashMap<>();
    asks.put(
        "`GetCarona`",
        (about, as) -> {
          var _ =
              as(as).getCarona(GetCaronaRequest.newBuilder().setCaronaId(about.caronaId).build());
          return "OK";
        });
    asks.put("`CheckVagas`, from memory", (about, as) -> checkVagas(about, as, false));
    asks.put("`CheckVagas`, by a read", (about, as) -> checkVagas(about, as, false));
    asks.put("`CheckVagas`, by a strong read", (about, as) -> checkVagas(about, as, true));
    asks.put(
        "`ListCaronasDisponiveis` of A",
        (about, as) ->
            list(as, ListCaronasRequest.newBuilder().setCondominioId(about.condominio))
                    .contains(about.caronaId)
                ? "OK"
                : "empty");
    for (String scope : List.of("without", "with")) {
      asks.put(
          "`ListCaronasDisponiveis` of all, %s the scope `list-all`".formatted(scope),
          (about, as) -> {
            String ofB = carona(B);
            return list(as, ListCaronasRequest.newBuilder())
                    .containsAll(List.of(about.caronaId, ofB))
                ? "OK"
                : "some";
          });
    }
    asks.put(
        "`CreateCarona` in A, as oneself; a service as anybody",
        (about, as) -> create(as, about.condominio, as.self()));
    asks.put(
        "`CreateCarona` in A, as somebody else",
        (about, as) -> create(as, about.condominio, "outra-pessoa"));
    asks.put(
        "`UpdateCaronaStatus`",
        (about, as) ->
            as(as)
                        .updateCaronaStatus(
                            UpdateCaronaStatusRequest.newBuilder()
                                .setCaronaId(about.caronaId)
                                .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                                .build())
                        .getCarona()
                        .getStatus()
                    == StatusCarona.STATUS_CARONA_CANCELADA
                ? "OK"
                : "unchanged");
    asks.putAll(ofStreams());
    return asks;
  }

  private static Map<String, Ask<Subject>> ofStreams() {
    Map<String, Ask<Subject>> asks = new LinkedHashMap<>();
    asks.put(
        "`StreamCaronasUpdates`: `mudar_status`",
        (about, as) ->
            stream(
                about,
                as,
                CaronaUpdateRequest.newBuilder()
                    .setMudarStatus(
                        MudarStatus.newBuilder()
                            .setCaronaId(about.caronaId)
                            .setStatus(StatusCarona.STATUS_CARONA_CANCELADA))));
    asks.put(
        "`StreamCaronasUpdates`: a sign of life",
        (about, as) -> stream(about, as, CaronaUpdateRequest.newBuilder()));
    asks.put(
        "`StreamCaronasUpdates`: `cancelar_assinatura`",
        (about, as) ->
            stream(
                about,
                as,
                CaronaUpdateRequest.newBuilder()
                    .setCancelarAssinatura(
                        CancelarAssinatura.newBuilder().addCaronaIds(about.caronaId))));
    asks.put(
        "`StreamCaronasUpdates`: `assinar` with the ride's id",
        (about, as) -> follow(about, as, Assinar.newBuilder().addCaronaIds(about.caronaId)));
    asks.put(
        "`StreamCaronasUpdates`: `assinar` with the ride's id and one of a ride of B",
        (about, as) ->
            follow(
                about,
                as,
                Assinar.newBuilder().addCaronaIds(about.caronaId).addCaronaIds(carona(B))));
    asks.put(
        "`StreamCaronasUpdates`: `assinar` A",
        (about, as) -> follow(about, as, Assinar.newBuilder().setCondominioId(about.condominio)));
    asks.put(
        "`StreamCaronasUpdates`: `assinar` the own condominium, with `versoes_conhecidas` of the"
            + " ride",
        (about, as) ->
            follow(
                about,
                as,
                Assinar.newBuilder()
                    .setCondominioId(as.caller().tenant().orElse(A))
                    .putVersoesConhecidas(about.caronaId, 0)));
    return asks;
  }

  /** The token ends in mid-stream; until then commands are carried out. */
  @Test
  void aStream_endsWithItsCallersToken() {
    String carona = carona(A);
    TestIssuer issuer = door.issuer();
    Instant end = Instant.now().plusSeconds(5);
    String token =
        issuer.token(claims ->
            claims
                .subject("motorista-1")
                .audience(TestIssuer.AUDIENCE)
                .claim("token_use", "id")
                .claim(TestIssuer.TENANT_CLAIM, A)
                .expirationTime(Date.from(end)));
    Watcher watcher =
        Watcher.open(CaronaServiceGrpc.newStub(door.onBehalfOf(token))).followCaronas(carona);
    await().atMost(Duration.ofMinutes(2)).until(() -> watcher.completed);
    assertThat(watcher.ended).isEmpty();
    assertThat(watcher.received.getLast().hasEncerrando()).isTrue();
  }

  private static String checkVagas(Subject about, As as, boolean strong) throws Exception {
    var _ =
        as(as)
            .checkVagas(
                CheckVagasRequest.newBuilder()
                    .setCaronaId(about.caronaId)
                    .setConsistencia(
                        strong
                            ? Consistencia.CONSISTENCIA_FORTE
                            : Consistencia.CONSISTENCIA_EVENTUAL)
                    .build());
    return "OK";
  }

  private static String create(As as, String condominio, String motorista) throws Exception {
    Carona created =
        as(as)
            .createCarona(
                CreateCaronaRequest.newBuilder()
                    .setRequestId(UUID.randomUUID().toString())
                    .setCondominioId(condominio)
                    .setMotoristaId(motorista)
                    .setOrigem("Portaria")
                    .setDestino("USP")
                    .setPartida(Timestamp.newBuilder().setSeconds(tomorrow().getEpochSecond()))
                    .setVagasTotal(2)
                    .build())
            .getCarona();
    return created.getMotoristaId().equals(motorista) ? "OK" : "another's";
  }

  private static List<String> list(As as, ListCaronasRequest.Builder request) throws Exception {
    BlockingClientCall<?, CaronaResponse> call = as(as).listCaronasDisponiveis(request.build());
    List<String> ids = new ArrayList<>();
    CaronaResponse response;
    while ((response = call.read(10, TimeUnit.SECONDS)) != null) {
      ids.add(response.getCarona().getId());
    }
    return ids;
  }

  private static String follow(Subject about, As as, Assinar.Builder assinar) throws Exception {
    return stream(about, as, CaronaUpdateRequest.newBuilder().setAssinar(assinar));
  }

  /** What a command leads to on a stream, which goes on. */
  private static String stream(Subject about, As as, CaronaUpdateRequest.Builder command)
      throws Exception {
    BlockingClientCall<CaronaUpdateRequest, CaronaUpdateResponse> call =
        as(as).streamCaronasUpdates();
    try {
      List<CaronaUpdateResponse> received = new ArrayList<>();
      write(call, command.setComandoId("asked").build());
      write(
          call,
          CaronaUpdateRequest.newBuilder()
              .setComandoId("last")
              .setCancelarAssinatura(CancelarAssinatura.newBuilder().addCaronaIds("nowhere"))
              .build());
      do {
        received.add(call.read(10, TimeUnit.SECONDS));
      } while (!received.getLast().getResultado().getComandoId().equals("last"));
      return word(received, about, command.hasAssinar());
    } finally {
      call.cancel("answered", null);
    }
  }

  /** A call that has ended is told of by the next read. */
  private static void write(
      BlockingClientCall<CaronaUpdateRequest, ?> call, CaronaUpdateRequest request)
      throws Exception {
    var _ = call.write(request, 10, TimeUnit.SECONDS);
  }

  private static String word(List<CaronaUpdateResponse> received, Subject about, boolean ofStates) {
    assertThat(received.getLast().getResultado().getCodigo()).as("the stream goes on").isZero();
    List<Resultado> refusals =
        received.stream()
            .map(CaronaUpdateResponse::getResultado)
            .filter(result -> result.getCodigo() != 0)
            .toList();
    if (!refusals.isEmpty()) {
      throw new RefusedCommand(
          refusals.getFirst().getCodigo(),
          refusals.getFirst().getMotivo(),
          refusals.getFirst().toString());
    }
    boolean seen =
        received.stream()
            .anyMatch(r -> r.getAtualizacao().getCarona().getId().equals(about.caronaId));
    return seen || !ofStates ? "OK" : "empty";
  }

  private static CaronaServiceBlockingV2Stub as(As as) {
    return CaronaServiceGrpc.newBlockingV2Stub(as.channel());
  }

  private static Instant tomorrow() {
    return Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
  }

  /** A ride that motorista-1 drives. */
  private static String carona(String condominio) {
    CaronaItem example = Examples.carona(UUID.randomUUID().toString(), condominio, tomorrow());
    SERVICE.local.put(example);
    return example.id();
  }
}
