package com.minhacarona.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CaronaUpdateResponse.Encerrando;
import com.minhacarona.v1.CaronaUpdateResponse.Resultado;
import com.minhacarona.v1.CaronaUpdateResponse.Sincronizado;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens in update streams, which live as long as their token. */
@Timeout(60)
class WatchTokenTest {
  private final FakeClock clock = new FakeClock();
  private final ScriptedSource source = new ScriptedSource(clock);
  private final BlockingQueue<StreamObserver<CaronaUpdateResponse>> streams =
      new LinkedBlockingQueue<>();
  private final Heard heard = new Heard();
  private SecureServer server;
  private MinhaCaronaClient client;

  private static final class Heard implements CaronaWatch.Listener {
    private final AtomicInteger synced = new AtomicInteger();
    private volatile RuntimeException failure;

    @Override
    public void changed(Carona carona) {}

    @Override
    public void synced() {
      synced.incrementAndGet();
    }

    @Override
    public void failed(RuntimeException cause) {
      failure = cause;
    }
  }

  @BeforeEach
  void start() throws Exception {
    server = SecureServer.start(new Updates());
    client =
        server.trustingClient().token(new Tokens(source, clock, Duration.ofMinutes(5))).build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void aStreamThatEndsWithItsToken_isFollowedByOneWithANewToken() throws Exception {
    try (CaronaWatch _ = watch(client)) {
      StreamObserver<CaronaUpdateResponse> first = nextStream();
      clock.move(ScriptedSource.LIFE);
      end(first);
      nextStream();
      assertThat(server.callers)
          .containsExactly("Bearer t1 for null by nobody", "Bearer t2 for null by nobody");
    }
    assertThat(heard.failure).isNull();
  }

  /** As when the server's clock is ahead: the client would still think the old one good. */
  @Test
  void aStreamThatEndsShortlyBeforeItsToken_isFollowedByOneWithANewToken() throws Exception {
    try (CaronaWatch _ = watch(client)) {
      StreamObserver<CaronaUpdateResponse> first = nextStream();
      clock.move(ScriptedSource.LIFE.minusMinutes(1));
      end(first);
      nextStream();
      assertThat(server.callers)
          .containsExactly("Bearer t1 for null by nobody", "Bearer t2 for null by nobody");
    }
  }

  @Test
  void aStreamThatIsRefused_isOpenedAgainWithANewToken() throws Exception {
    server.refused.add("t1");
    try (CaronaWatch _ = watch(client)) {
      nextStream();
      await().until(() -> heard.synced.get() == 1);
    }
    assertThat(source.fetches).hasValue(2);
    assertThat(heard.failure).isNull();
  }

  @Test
  void tokensThatAreRefusedNowAndThen_areReplacedEachTime() throws Exception {
    server.refused.add("t1");
    try (CaronaWatch _ = watch(client)) {
      for (int i = 2; i <= 6; i++) {
        StreamObserver<CaronaUpdateResponse> stream = nextStream();
        int seen = i - 1;
        await().until(() -> heard.synced.get() == seen);
        server.refused.add("t" + i);
        clock.move(Duration.ofSeconds(30));
        end(stream);
      }
      nextStream();
    }
    assertThat(heard.failure).isNull();
    assertThat(source.fetches).hasValue(7);
  }

  @Test
  void aTokenThatIsRefusedInMidStream_isReplaced() throws Exception {
    try (CaronaWatch _ = watch(client)) {
      StreamObserver<CaronaUpdateResponse> first = nextStream();
      server.refused.add("t1");
      first.onNext(
          CaronaUpdateResponse.newBuilder()
              .setResultado(
                  Resultado.newBuilder()
                      .setCodigo(Status.Code.UNAUTHENTICATED.value())
                      .setMotivo("NAO_AUTENTICADO"))
              .build());
      nextStream();
      assertThat(server.callers).last().isEqualTo("Bearer t2 for null by nobody");
    }
    assertThat(heard.failure).isNull();
  }

  @Test
  void tokensThatAreRefusedTwice_endTheWatch() {
    server.refused.addAll(List.of("t1", "t2", "t3"));
    source.eachTakes(Duration.ofMinutes(30));
    try (CaronaWatch _ = watch(client)) {
      await().until(() -> heard.failure != null);
    }
    assertThat(heard.failure)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo("NAO_AUTENTICADO"));
    assertThat(server.callers).hasSize(2);
  }

  @Test
  void aSourceThatIsAway_delaysTheNextStream_andEndsNothing() throws Exception {
    try (CaronaWatch _ = watch(client)) {
      StreamObserver<CaronaUpdateResponse> first = nextStream();
      clock.move(ScriptedSource.LIFE);
      source.failNext(3);
      end(first);
      await()
          .until(() -> {
            clock.move(Duration.ofMillis(100));
            return !streams.isEmpty();
          });
      assertThat(server.callers).last().isEqualTo("Bearer t5 for null by nobody");
    }
    assertThat(heard.failure).isNull();
  }

  @Test
  void aResidentsTokenThatExpires_endsTheWatch() throws Exception {
    try (MinhaCaronaClient ana = client.onBehalfOf("ana");
        CaronaWatch _ = watch(ana)) {
      StreamObserver<CaronaUpdateResponse> first = nextStream();
      server.refused.add("ana");
      end(first);
      await().until(() -> heard.failure != null);
    }
    assertThat(heard.failure).isInstanceOf(RefusedException.class);
    assertThat(server.callers)
        .containsExactly(
            "Bearer t1 for ana by nobody",
            "Bearer t1 for ana by nobody",
            "Bearer t2 for ana by nobody");
  }

  private CaronaWatch watch(MinhaCaronaClient caller) {
    return caller.watchCaronas(Assinar.newBuilder().setCondominioId("cond-1").build(), heard);
  }

  private StreamObserver<CaronaUpdateResponse> nextStream() throws InterruptedException {
    StreamObserver<CaronaUpdateResponse> stream = streams.poll(30, TimeUnit.SECONDS);
    assertThat(stream).isNotNull();
    return stream;
  }

  private static void end(StreamObserver<CaronaUpdateResponse> stream) {
    stream.onNext(
        CaronaUpdateResponse.newBuilder().setEncerrando(Encerrando.getDefaultInstance()).build());
    stream.onCompleted();
  }

  private final class Updates extends CaronaServiceGrpc.CaronaServiceImplBase {
    @Override
    public StreamObserver<CaronaUpdateRequest> streamCaronasUpdates(
        StreamObserver<CaronaUpdateResponse> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(CaronaUpdateRequest request) {
          responses.onNext(
              CaronaUpdateResponse.newBuilder()
                  .setSincronizado(Sincronizado.getDefaultInstance())
                  .build());
          streams.add(responses);
        }

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
      };
    }
  }
}
