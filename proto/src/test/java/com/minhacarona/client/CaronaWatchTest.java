package com.minhacarona.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CaronaUpdateResponse.Atualizacao;
import com.minhacarona.v1.CaronaUpdateResponse.Encerrando;
import com.minhacarona.v1.CaronaUpdateResponse.Resultado;
import com.minhacarona.v1.CaronaUpdateResponse.Sincronizado;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CaronaWatchTest {
  private static final Assinar CARONAS = Assinar.newBuilder().setCondominioId("cond-1").build();

  /** The scripts of the next streams, in order. A stream without a script stays open. */
  private final Queue<Consumer<StreamObserver<CaronaUpdateResponse>>> scripts =
      new ConcurrentLinkedQueue<>();

  private final List<Assinar> asked = new CopyOnWriteArrayList<>();
  private final Heard heard = new Heard();
  private Server server;
  private MinhaCaronaClient client;

  private static final class Heard implements CaronaWatch.Listener {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile RuntimeException failure;

    @Override
    public void changed(Carona carona) {
      events.add(carona.getId() + " " + carona.getVersao());
    }

    @Override
    public void synced() {
      events.add("synced");
    }

    @Override
    public void failed(RuntimeException cause) {
      failure = cause;
    }
  }

  @BeforeEach
  void start() throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Caronas())
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
  void aServerThatDrains_isLeftForAnother_whichIsToldWhatIsKnown() {
    scripts.add(stream -> {
      send(stream, state("a", 1), state("b", 7), synced(), state("a", 2));
      stream.onNext(
          CaronaUpdateResponse.newBuilder().setEncerrando(Encerrando.getDefaultInstance()).build());
      stream.onCompleted();
    });
    scripts.add(stream -> send(stream, synced(), state("b", 8)));
    try (CaronaWatch _ = client.watchCaronas(CARONAS, heard)) {
      await()
          .untilAsserted(() ->
              assertThat(heard.events)
                  .containsExactly("a 1", "b 7", "synced", "a 2", "synced", "b 8"));
    }
    assertThat(asked).hasSize(2).allMatch(a -> a.getCondominioId().equals("cond-1"));
    assertThat(asked.get(0).getVersoesConhecidasMap()).isEmpty();
    assertThat(asked.get(1).getVersoesConhecidasMap()).isEqualTo(Map.of("a", 2L, "b", 7L));
  }

  @Test
  void aStreamThatBreaks_isOpenedAgain_andNothingOldIsPassedOn() {
    scripts.add(stream -> {
      send(stream, state("a", 3));
      stream.onError(Status.UNAVAILABLE.asException());
    });
    scripts.add(stream -> stream.onError(Status.UNAVAILABLE.asException()));
    scripts.add(stream -> send(stream, refused(Status.Code.RESOURCE_EXHAUSTED, "SOBRECARGA")));
    scripts.add(stream -> stream.onError(overload()));
    scripts.add(stream -> send(stream, state("a", 2), state("a", 3), state("a", 4)));
    try (CaronaWatch _ = client.watchCaronas(CARONAS, heard)) {
      await().untilAsserted(() -> assertThat(heard.events).containsExactly("a 3", "a 4"));
    }
    assertThat(asked).hasSize(5);
    assertThat(heard.failure).isNull();
  }

  @Test
  void anInitialStateThatIsOlder_afterARestore_isPassedOn_andLaterOnesToo() {
    scripts.add(stream -> {
      send(stream, state("a", 9), state("b", 7));
      stream.onError(Status.UNAVAILABLE.asException());
    });
    scripts.add(
        stream -> send(stream, initial("a", 5), initial("b", 7), state("a", 4), state("a", 6)));
    try (CaronaWatch _ = client.watchCaronas(CARONAS, heard)) {
      await()
          .untilAsserted(
              () -> assertThat(heard.events).containsExactly("a 9", "b 7", "a 5", "a 6"));
    }
  }

  @Test
  void aRefusal_endsTheWatch() {
    scripts.add(stream -> send(stream, refused(Status.Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA")));
    try (CaronaWatch _ = client.watchCaronas(CARONAS, heard)) {
      await().until(() -> heard.failure != null);
    }
    assertThat(heard.failure)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo("CARONA_NAO_ENCONTRADA");
              assertThat(e.code()).isEqualTo(Status.Code.NOT_FOUND);
            });
    assertThat(asked).hasSize(1);
  }

  @Test
  void aCallThatMayNotBeMade_endsTheWatch() {
    scripts.add(stream -> stream.onError(Status.UNAUTHENTICATED.asException()));
    try (CaronaWatch _ = client.watchCaronas(CARONAS, heard)) {
      await().until(() -> heard.failure != null);
    }
    assertThat(Status.fromThrowable(heard.failure).getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void aWatchThatIsClosed_cancelsItsStream_andHearsNothingMore() {
    CopyOnWriteArrayList<StreamObserver<CaronaUpdateResponse>> open = new CopyOnWriteArrayList<>();
    scripts.add(stream -> {
      send(stream, state("a", 1));
      open.add(stream);
    });
    try (CaronaWatch _ = client.watchCaronas(CARONAS, heard)) {
      await().until(() -> heard.events.contains("a 1"));
    }
    await()
        .until(() ->
            ((io.grpc.stub.ServerCallStreamObserver<CaronaUpdateResponse>) open.getFirst())
                .isCancelled());
    assertThat(heard.events).containsExactly("a 1");
    assertThat(heard.failure).isNull();
  }

  private static void send(
      StreamObserver<CaronaUpdateResponse> stream, CaronaUpdateResponse... responses) {
    List.of(responses).forEach(stream::onNext);
  }

  private static CaronaUpdateResponse state(String id, long versao) {
    return CaronaUpdateResponse.newBuilder()
        .setAtualizacao(
            Atualizacao.newBuilder().setCarona(Carona.newBuilder().setId(id).setVersao(versao)))
        .build();
  }

  private static CaronaUpdateResponse initial(String id, long versao) {
    CaronaUpdateResponse.Builder initial = state(id, versao).toBuilder();
    initial.getAtualizacaoBuilder().setInicial(true);
    return initial.build();
  }

  private static CaronaUpdateResponse synced() {
    return CaronaUpdateResponse.newBuilder()
        .setSincronizado(Sincronizado.getDefaultInstance())
        .build();
  }

  private static StatusException overload() {
    return StatusProto.toStatusException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("SOBRECARGA").build()))
            .build());
  }

  private static CaronaUpdateResponse refused(Status.Code code, String motivo) {
    return CaronaUpdateResponse.newBuilder()
        .setResultado(Resultado.newBuilder().setCodigo(code.value()).setMotivo(motivo))
        .build();
  }

  private final class Caronas extends CaronaServiceGrpc.CaronaServiceImplBase {
    @Override
    public StreamObserver<CaronaUpdateRequest> streamCaronasUpdates(
        StreamObserver<CaronaUpdateResponse> responses) {
      ((io.grpc.stub.ServerCallStreamObserver<CaronaUpdateResponse>) responses)
          .setOnCancelHandler(() -> {});
      return new StreamObserver<>() {
        @Override
        public void onNext(CaronaUpdateRequest request) {
          asked.add(request.getAssinar());
          Consumer<StreamObserver<CaronaUpdateResponse>> script = scripts.poll();
          if (script != null) {
            script.accept(responses);
          }
        }

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
      };
    }
  }
}
