package com.minhacarona.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The published service config in the hands of grpc-java, without any client of ours. */
class ServiceConfigTest {
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  /** Longer than any first pause that the config itself would choose. */
  private static final Duration DELAY = Duration.ofMillis(700);

  private final Queue<StatusRuntimeException> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger attempts = new AtomicInteger();
  private final Impatient timer = new Impatient();
  private Server server;
  private ManagedChannel channel;
  private ReservaServiceBlockingStub stub;

  @BeforeEach
  void start() throws IOException {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(new Reservas()).build().start();
    channel =
        InProcessChannelBuilder.forName(name)
            .scheduledExecutorService(timer)
            .defaultServiceConfig(ServiceConfig.asMap())
            .enableRetry()
            .build();
    stub = ReservaServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    timer.shutdownNow();
  }

  @Test
  void overload_thatTellsADelay_isRepeatedAfterIt() {
    failures.addAll(Collections.nCopies(2, overloaded(Long.toString(DELAY.toMillis()))));
    book();
    assertThat(attempts).hasValue(3);
    assertThat(timer.pauses).containsExactly(DELAY, DELAY);
  }

  @Test
  void overload_thatLasts_isGivenUpAfterFourAttempts() {
    failures.addAll(Collections.nCopies(10, overloaded(Long.toString(DELAY.toMillis()))));
    assertThatThrownBy(this::book)
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("RESOURCE_EXHAUSTED");
    assertThat(attempts).hasValue(4);
  }

  @Test
  void overload_thatForbidsARepeat_isNotRepeated() {
    failures.add(overloaded("-1"));
    assertThatThrownBy(this::book).isInstanceOf(StatusRuntimeException.class);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void unavailable_forManyCalls_isRepeatedForTheFirstOnly() {
    int calls = 100;
    failures.addAll(Collections.nCopies(4 * calls, Status.UNAVAILABLE.asRuntimeException()));
    failingCalls(calls);
    assertThat(attempts).hasValue(calls + 3);
  }

  @Test
  void overload_forManyCalls_isRepeatedForTheFirstOnly() {
    int calls = 100;
    failures.addAll(Collections.nCopies(4 * calls, overloaded(Long.toString(DELAY.toMillis()))));
    failingCalls(calls);
    assertThat(attempts).hasValue(calls + 3);
  }

  @Test
  void unavailable_afterManyAnswers_isRepeatedAgain() {
    failures.addAll(Collections.nCopies(14, Status.UNAVAILABLE.asRuntimeException()));
    failingCalls(11);
    assertThat(failures).isEmpty();
    for (int i = 0; i < 100; i++) {
      book();
    }
    attempts.set(0);
    failures.add(Status.UNAVAILABLE.asRuntimeException());
    book();
    assertThat(attempts).hasValue(2);
  }

  @Test
  void everyMethod_butTheConversation_isRepeated() {
    List<String> repeated = new ArrayList<>();
    JsonObject config = new Gson().toJsonTree(ServiceConfig.asMap()).getAsJsonObject();
    for (JsonElement element : config.getAsJsonArray("methodConfig")) {
      JsonObject methods = element.getAsJsonObject();
      if (methods.has("retryPolicy")) {
        methods
            .getAsJsonArray("name")
            .forEach(name -> repeated.add(name.getAsJsonObject().get("method").getAsString()));
      }
    }
    assertThat(repeated)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    CaronaServiceGrpc.getServiceDescriptor(),
                    ReservaServiceGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream())
                .map(MethodDescriptor::getBareMethodName)
                .filter(method -> !method.equals("StreamCaronasUpdates"))
                .toList());
  }

  @Test
  void timeouts_areNotInIt_becauseSomeLanguagesMisreadThemThere() {
    assertThat(new Gson().toJson(ServiceConfig.asMap())).doesNotContain("timeout");
  }

  @Test
  void forTasks_healthIsChecked_andNothingElseDiffers() throws IOException {
    try (Reader json =
        new InputStreamReader(
            getClass().getResourceAsStream("service-config-tasks.json"), StandardCharsets.UTF_8)) {
      Map<String, Object> tasks = new Gson().fromJson(json, new TypeToken<>() {});
      assertThat(tasks.remove("healthCheckConfig")).isEqualTo(Map.of("serviceName", ""));
      assertThat(tasks).isEqualTo(ServiceConfig.asMap());
    }
  }

  private void failingCalls(int calls) {
    for (int i = 0; i < calls; i++) {
      assertThatThrownBy(this::book).isInstanceOf(StatusRuntimeException.class);
    }
  }

  private void book() {
    var _ = stub.processarReserva(ProcessarReservaRequest.getDefaultInstance());
  }

  private static StatusRuntimeException overloaded(String pushback) {
    Metadata trailers = new Metadata();
    trailers.put(PUSHBACK, pushback);
    return Status.RESOURCE_EXHAUSTED.asRuntimeException(trailers);
  }

  private final class Reservas extends ReservaServiceGrpc.ReservaServiceImplBase {
    @Override
    public void processarReserva(
        ProcessarReservaRequest request, StreamObserver<ReservaResponse> responses) {
      attempts.incrementAndGet();
      StatusRuntimeException failure = failures.poll();
      if (failure != null) {
        responses.onError(failure);
        return;
      }
      responses.onNext(
          ReservaResponse.newBuilder().setReserva(Reserva.getDefaultInstance()).build());
      responses.onCompleted();
    }
  }

  /** Keeps the pauses between attempts, and waits for none of them. */
  private static final class Impatient extends ScheduledThreadPoolExecutor {
    /** Shorter than a call's timeout, which this leaves alone. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final List<Duration> pauses = new CopyOnWriteArrayList<>();

    Impatient() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      Duration pause = Duration.of(delay, unit.toChronoUnit());
      if (pause.compareTo(LONGEST_PAUSE) > 0) {
        return super.schedule(command, delay, unit);
      }
      pauses.add(pause);
      return super.schedule(command, 0, unit);
    }
  }
}
