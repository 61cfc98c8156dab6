package com.minhacarona.reserva;

import static com.minhacarona.runtime.testing.PolicyCaller.A;
import static com.minhacarona.runtime.testing.PolicyCaller.PASSENGER;

import com.minhacarona.runtime.testing.DynamoDbProxy.Answered;
import com.minhacarona.runtime.testing.PolicyDoor;
import com.minhacarona.runtime.testing.PolicyMatrix;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaPartition;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingV2Stub;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The table of reservations in {@code docs/policy.md}, on DynamoDB Local. */
@Tag("dynamodb")
class PolicyMatrixTest extends PolicyMatrix<PolicyMatrixTest.Subject> {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  private static final String P = PASSENGER.user().orElseThrow();
  private static final String SOMEBODY_ELSE = "outra-pessoa";

  private static PolicyDoor door;

  /** A ride and its condominium. */
  record Subject(String caronaId, String condominio) {}

  @BeforeAll
  static void open() {
    door =
        new PolicyDoor(
            TestServer.dynamoDb(SERVICE.store.endpoint(), SERVICE.local.tableName()),
            new ReservaModule());
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @Override
  protected String heading() {
    return "Reservations";
  }

  @Override
  protected ServiceDescriptor service() {
    return ReservaServiceGrpc.getServiceDescriptor();
  }

  @Override
  protected PolicyDoor door() {
    return door;
  }

  @Override
  protected String reason(String row, int code) {
    return switch (Status.fromCodeValue(code).getCode()) {
      case ALREADY_EXISTS -> "RESERVA_JA_EXISTE";
      case FAILED_PRECONDITION -> "MOTORISTA_NAO_RESERVA";
      default ->
          row.startsWith("`UpdateReservaStatus`")
              ? "RESERVA_NAO_ENCONTRADA"
              : "CARONA_NAO_ENCONTRADA";
    };
  }

  /** A ride with P's reservation, on which bia has one too; it has departed where that matters. */
  @Override
  protected Subject subject(String row) {
    Subject subject = new Subject(SERVICE.openCarona(), A);
    if (!row.contains("that is not there")) {
      for (String usuario : List.of(P, "bia")) {
        SERVICE.stub.processarReserva(ReservaFixture.request(subject.caronaId, usuario).build());
      }
    }
    if (row.contains("from departure on")) {
      CaronaItem carona = SERVICE.local.carona(subject.caronaId);
      SERVICE.local.put(
          carona.withStatus(
              CaronaItem.Status.EM_ANDAMENTO, carona.vagasDisponiveis(), "", carona.criadaEm()));
    }
    return subject;
  }

  @Override
  protected Subject missing() {
    return new Subject(UUID.randomUUID().toString(), A);
  }

  @Override
  protected Object stored(Subject subject) {
    return SERVICE
        .local
        .client()
        .query(
            CaronaPartition.query(subject.caronaId, Optional.empty())
                .tableName(SERVICE.local.tableName())
                .consistentRead(true)
                .build())
        .items();
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
    return text.replace(subject.caronaId, "ride");
  }

  @Override
  protected Map<String, Ask<Subject>> asks() {
    Map<String, Ask<Subject>> asks = new LinkedHashMap<>();
    asks.put(
        "`ProcessarReserva` for oneself; a service for anybody",
        (about, as) -> book(about, as, as.self()));
    asks.put("`ProcessarReserva` for somebody else", (about, as) -> book(about, as, SOMEBODY_ELSE));
    asks.put("`GetReservas`", PolicyMatrixTest::list);
    asks.put(
        "`UpdateReservaStatus` `CANCELADA` of P's",
        (about, as) -> change(about, as, P, StatusReserva.STATUS_RESERVA_CANCELADA));
    asks.put(
        "`UpdateReservaStatus` `CONCLUIDA` of P's, from departure on",
        (about, as) -> change(about, as, P, StatusReserva.STATUS_RESERVA_CONCLUIDA));
    asks.put(
        "`UpdateReservaStatus` `NAO_COMPARECEU` of P's, from departure on",
        (about, as) -> change(about, as, P, StatusReserva.STATUS_RESERVA_NAO_COMPARECEU));
    asks.put(
        "`UpdateReservaStatus` of one's own that is not there; a service of anybody's",
        (about, as) -> change(about, as, as.self(), StatusReserva.STATUS_RESERVA_CANCELADA));
    return asks;
  }

  /** Of P's reservation, others but its driver learn nothing: not even that there is a ride. */
  @TestFactory
  Stream<DynamicNode> whoeverIsNoPartyToAReservation_learnsNothingOfIt() {
    return cells(heading())
        .filter(cell -> cell.row().contains("of P's"))
        .filter(cell ->
            switch (cell.caller()) {
              case RESIDENT, DRIVER_OF_ANOTHER, RESIDENT_OF_B, ON_CALL -> true;
              default -> false;
            })
        .map(cell ->
            DynamicTest.dynamicTest(
                cell.name(),
                () -> {
                  Subject withReservation = subject(cell.row());
                  Subject without = new Subject(SERVICE.openCarona(), A);
                  assertIndistinguishable(cell, withReservation, without);
                  assertIndistinguishable(cell, withReservation, missing());
                }));
  }

  private static String book(Subject about, As as, String usuario) throws Exception {
    ReservaResponse response =
        as(as)
            .processarReserva(
                ReservaFixture.request(about.caronaId, usuario)
                    .setCondominioId(about.condominio)
                    .build());
    return response.getReserva().getUsuarioId().equals(usuario) ? "OK" : "another's";
  }

  private static String change(Subject about, As as, String usuario, StatusReserva status)
      throws Exception {
    ReservaResponse response =
        as(as)
            .updateReservaStatus(
                UpdateReservaStatusRequest.newBuilder()
                    .setCaronaId(about.caronaId)
                    .setUsuarioId(usuario)
                    .setStatus(status)
                    .build());
    return response.getReserva().getStatus() == status ? "OK" : "unchanged";
  }

  /** Whose reservations are listed, of P's and bia's. */
  private static String list(Subject about, As as) throws Exception {
    BlockingClientCall<?, ReservaResponse> call =
        as(as).getReservas(GetReservasRequest.newBuilder().setCaronaId(about.caronaId).build());
    List<String> usuarios = new ArrayList<>();
    ReservaResponse response;
    while ((response = call.read(10, TimeUnit.SECONDS)) != null) {
      usuarios.add(response.getReserva().getUsuarioId());
    }
    List<String> own = as.caller() == PASSENGER ? List.of(P) : List.of();
    return usuarios.equals(List.of("bia", P)) ? "all" : usuarios.equals(own) ? "own" : "wrong";
  }

  private static ReservaServiceBlockingV2Stub as(As as) {
    return ReservaServiceGrpc.newBlockingV2Stub(as.channel());
  }
}
