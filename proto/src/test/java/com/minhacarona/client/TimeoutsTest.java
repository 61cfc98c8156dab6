package com.minhacarona.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimeoutsTest {
  private static final MethodDescriptor<?, ?> CHECK = CaronaServiceGrpc.getCheckVagasMethod();

  private final Timeouts timeouts = new Timeouts(ServiceConfig.timeouts());

  @Test
  void everyRpc_hasATimeout() {
    assertThat(ServiceConfig.timeouts().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    CaronaServiceGrpc.getServiceDescriptor(),
                    ReservaServiceGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream())
                .map(MethodDescriptor::getFullMethodName)
                .toList());
  }

  @Test
  void aCall_hasTheTimeoutOfItsMethod() {
    Deadline before = seconds(2);
    Deadline deadline = deadline(CHECK, CallOptions.DEFAULT);
    assertThat(deadline).isBetween(before, seconds(2));
  }

  @Test
  void aCall_withAnEarlierDeadline_keepsIt() {
    Deadline earlier = seconds(1);
    assertThat(deadline(CHECK, CallOptions.DEFAULT.withDeadline(earlier))).isSameAs(earlier);
  }

  @Test
  void aCall_withALaterDeadline_hasTheTimeoutOfItsMethod() {
    Deadline later = seconds(9);
    assertThat(deadline(CHECK, CallOptions.DEFAULT.withDeadline(later))).isLessThan(later);
  }

  @Test
  void theClient_tellsTheServer() throws IOException {
    AtomicReference<Deadline> seen = new AtomicReference<>();
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(
                new CaronaServiceGrpc.CaronaServiceImplBase() {
                  @Override
                  public void createCarona(
                      CreateCaronaRequest request, StreamObserver<CaronaResponse> responses) {
                    seen.set(Context.current().getDeadline());
                    responses.onError(Status.ABORTED.asRuntimeException());
                  }
                })
            .build()
            .start();
    try (MinhaCaronaClient client =
        MinhaCaronaClient.forTarget("dns:///localhost:" + server.getPort()).plaintext().build()) {
      assertThatThrownBy(() -> client.createCarona(CreateCaronaRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
    } finally {
      server.shutdownNow();
    }
    assertThat(seen.get()).isNotNull().isLessThanOrEqualTo(seconds(8));
  }

  private static Deadline seconds(long seconds) {
    return Deadline.after(seconds, TimeUnit.SECONDS);
  }

  private Deadline deadline(MethodDescriptor<?, ?> method, CallOptions options) {
    AtomicReference<CallOptions> given = new AtomicReference<>();
    var _ =
        timeouts.interceptCall(
            method,
            options,
            new Channel() {
              @Override
              public <Q, R> ClientCall<Q, R> newCall(
                  MethodDescriptor<Q, R> ignored, CallOptions own) {
                given.set(own);
                return null;
              }

              @Override
              public String authority() {
                return "none";
              }
            });
    return given.get().getDeadline();
  }
}
