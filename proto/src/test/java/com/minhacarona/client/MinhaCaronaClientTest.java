package com.minhacarona.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CheckVagasResponse;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MinhaCaronaClientTest {
  private final List<Object> requests = new CopyOnWriteArrayList<>();
  private final Queue<Status> failures = new ConcurrentLinkedQueue<>();
  private com.google.rpc.Status refusal;
  private int breakListAfter = Integer.MAX_VALUE;
  private Server server;
  private MinhaCaronaClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Caronas())
            .addService(new Reservas())
            .build()
            .start();
    client =
        MinhaCaronaClient.forTarget("dns:///localhost:" + server.getPort()).plaintext().build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdownNow();
  }

  @Test
  void unavailable_isRepeated_withTheSameRequestId() {
    failures.addAll(List.of(Status.UNAVAILABLE, Status.UNAVAILABLE));
    client.processarReserva(ProcessarReservaRequest.getDefaultInstance());
    assertThat(requests).hasSize(3);
    assertThat(requests.stream().distinct()).hasSize(1);
    String requestId = ((ProcessarReservaRequest) requests.getFirst()).getRequestId();
    assertThat(UUID.fromString(requestId)).hasToString(requestId);
  }

  @Test
  void aRequestIdOfTheCallers_isKept() {
    client.createCarona(CreateCaronaRequest.newBuilder().setRequestId("mine").build());
    assertThat(((CreateCaronaRequest) requests.getFirst()).getRequestId()).isEqualTo("mine");
  }

  @Test
  void overload_isRepeated() {
    failures.add(Status.RESOURCE_EXHAUSTED);
    client.checkVagas(CheckVagasRequest.getDefaultInstance());
    assertThat(requests).hasSize(2);
  }

  @Test
  void everyOtherFailure_isNotRepeated() {
    for (Status status :
        List.of(
            Status.ABORTED,
            Status.INTERNAL,
            Status.DEADLINE_EXCEEDED,
            Status.FAILED_PRECONDITION)) {
      requests.clear();
      failures.add(status);
      assertThatThrownBy(() -> client.checkVagas(CheckVagasRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(requests).as(status.toString()).hasSize(1);
    }
  }

  @Test
  void aRefusal_isTyped() {
    failures.add(Status.FAILED_PRECONDITION);
    refusal =
        com.google.rpc.Status.newBuilder()
            .setCode(Code.FAILED_PRECONDITION.value())
            .setMessage("full")
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason("VAGAS_INSUFICIENTES")
                        .putMetadata("vagas_disponiveis", "0")
                        .build()))
            .addDetails(
                Any.pack(
                    BadRequest.newBuilder()
                        .addFieldViolations(
                            BadRequest.FieldViolation.newBuilder().setField("vagas"))
                        .build()))
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(2))
                        .build()))
            .build();
    assertThatThrownBy(() -> client.processarReserva(ProcessarReservaRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION);
              assertThat(e.reason()).isEqualTo("VAGAS_INSUFICIENTES");
              assertThat(e.metadata()).isEqualTo(Map.of("vagas_disponiveis", "0"));
              assertThat(e.fieldViolations()).hasSize(1);
              assertThat(e.retryDelay()).contains(Duration.ofSeconds(2));
            });
  }

  @Test
  void aListThatBreaks_goesOnAfterTheLastRide() {
    breakListAfter = 2;
    assertThat(ids(client.listCaronasDisponiveis(ListCaronasRequest.getDefaultInstance())))
        .containsExactly("0", "1", "2", "3", "4");
    assertThat(requests)
        .extracting(request -> ((ListCaronasRequest) request).getApos())
        .containsExactly("", "1", "3");
  }

  @Test
  void aListWithALimit_isNoLongerForHavingBroken() {
    breakListAfter = 2;
    assertThat(
            ids(
                client.listCaronasDisponiveis(
                    ListCaronasRequest.newBuilder().setLimite(2).build())))
        .containsExactly("0", "1");
    assertThat(requests).hasSize(1);
  }

  @Test
  void aListThatBreaksBeforeTheFirstRide_isRepeatedByGrpcAlone() {
    breakListAfter = 0;
    assertThatThrownBy(
            () -> ids(client.listCaronasDisponiveis(ListCaronasRequest.getDefaultInstance())))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE");
    assertThat(requests).hasSize(4);
  }

  private static List<String> ids(CaronaIterator caronas) {
    List<String> ids = new ArrayList<>();
    caronas.forEachRemaining(carona -> ids.add(carona.getId()));
    return ids;
  }

  private <T> void answer(Object request, StreamObserver<T> responses, T response) {
    requests.add(request);
    Status failure = failures.poll();
    if (failure == null) {
      responses.onNext(response);
      responses.onCompleted();
    } else if (refusal != null) {
      responses.onError(StatusProto.toStatusRuntimeException(refusal));
    } else {
      responses.onError(failure.asRuntimeException());
    }
  }

  private final class Caronas extends CaronaServiceGrpc.CaronaServiceImplBase {
    @Override
    public void createCarona(
        CreateCaronaRequest request, StreamObserver<CaronaResponse> responses) {
      answer(request, responses, CaronaResponse.getDefaultInstance());
    }

    @Override
    public void checkVagas(
        CheckVagasRequest request, StreamObserver<CheckVagasResponse> responses) {
      answer(request, responses, CheckVagasResponse.getDefaultInstance());
    }

    /** Rides 0 to 4; their cursors are their ids. */
    @Override
    public void listCaronasDisponiveis(
        ListCaronasRequest request, StreamObserver<CaronaResponse> responses) {
      requests.add(request);
      int first = request.getApos().isEmpty() ? 0 : Integer.parseInt(request.getApos()) + 1;
      for (int i = first; i < 5; i++) {
        if (i - first == breakListAfter) {
          responses.onError(Status.UNAVAILABLE.asRuntimeException());
          return;
        }
        String id = Integer.toString(i);
        responses.onNext(
            CaronaResponse.newBuilder()
                .setCarona(Carona.newBuilder().setId(id))
                .setCursor(id)
                .build());
      }
      responses.onCompleted();
    }
  }

  private final class Reservas extends ReservaServiceGrpc.ReservaServiceImplBase {
    @Override
    public void processarReserva(
        ProcessarReservaRequest request, StreamObserver<ReservaResponse> responses) {
      answer(
          request,
          responses,
          ReservaResponse.newBuilder().setReserva(Reserva.getDefaultInstance()).build());
    }
  }
}
