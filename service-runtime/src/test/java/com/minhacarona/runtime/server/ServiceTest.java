package com.minhacarona.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.connections.ListenerConfig;
import com.minhacarona.runtime.interceptors.PollLines;
import com.minhacarona.runtime.process.PortInUseException;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Starts and stops services on a real socket. */
class ServiceTest {
  @Test
  void start_whenReady_serves() throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say))) {
      assertThat(health(server, "")).isEqualTo(ServingStatus.SERVING);
      assertThat(health(server, "test.Echo")).isEqualTo(ServingStatus.SERVING);
      assertThat(Echo.call(server.channel(), "oi")).isEqualTo("oi");
    }
  }

  @Test
  void start_untilReady_saysNotServing() throws Exception {
    AtomicBoolean ready = new AtomicBoolean();
    Service service =
        TestServer.injector(
                TestServer.NO_STORE,
                Echo.module(
                    Echo::say,
                    () -> {
                      if (!ready.get()) {
                        throw new IllegalStateException("not yet");
                      }
                    }),
                new FrequentChecks())
            .getInstance(Service.class);
    CompletableFuture<Void> started =
        CompletableFuture.runAsync(() -> {
          try {
            service.start();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    await().ignoreExceptions().until(() -> service.port() > 0);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", service.port()).usePlaintext().build();
    assertThat(health(channel, "test.Echo")).isEqualTo(ServingStatus.NOT_SERVING);
    ready.set(true);
    started.join();
    assertThat(health(channel, "test.Echo")).isEqualTo(ServingStatus.SERVING);
    channel.shutdownNow();
    service.stop();
  }

  @Test
  void start_onATakenPort_namesPortAndVariable() throws Exception {
    try (TestServer first = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say))) {
      int port = first.instance(Service.class).port();
      Service second =
          TestServer.injector(
                  TestServer.config(TestServer.NO_STORE)
                      .withServer(
                          new GrpcServerConfig(
                              ListenerConfig.plaintext().withPort(port),
                              true,
                              false,
                              0,
                              PollLines.EACH,
                              Duration.ZERO,
                              Duration.ofSeconds(1))),
                  Echo.module(Echo::say))
              .getInstance(Service.class);
      assertThatThrownBy(second::start)
          .isInstanceOf(PortInUseException.class)
          .hasMessage(
              "Port %d is in use: stop what listens there, or set MINHA_CARONA_PORT to another"
                  + " port",
              port);
    }
  }

  @Test
  void stop_letsCallsInFlightEnd_andTakesNoMore() throws Exception {
    CountDownLatch inFlight = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    TestServer server =
        TestServer.netty(
            TestServer.NO_STORE,
            Echo.module((request, responses) -> {
              inFlight.countDown();
              finish.await();
              Echo.say(request, responses);
            }));
    var answer =
        ClientCalls.futureUnaryCall(
            server.channel().newCall(Echo.METHOD, CallOptions.DEFAULT), StringValue.of("oi"));
    inFlight.await();
    int port = server.instance(Service.class).port();
    CompletableFuture<Void> stopped =
        CompletableFuture.runAsync(() -> {
          try {
            server.instance(Service.class).stop();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });

    await()
        .untilAsserted(() -> {
          ManagedChannel late =
              NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
          try {
            assertThatThrownBy(() -> Echo.call(late, "late"))
                .isInstanceOfSatisfying(
                    StatusRuntimeException.class,
                    e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE));
          } finally {
            late.shutdownNow();
          }
        });
    assertThat(stopped).isNotDone();
    finish.countDown();
    assertThat(answer.get().getValue()).isEqualTo("oi");
    stopped.join();
  }

  @Test
  void stop_followsItsOrder() throws Exception {
    List<String> steps = new CopyOnWriteArrayList<>();
    CountDownLatch inFlight = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    SimpleMeterRegistry meters =
        new SimpleMeterRegistry() {
          @Override
          public void close() {
            steps.add("meters");
            super.close();
          }
        };
    Injector injector =
        TestServer.injector(
            TestServer.config(TestServer.NO_STORE)
                .withServer(
                    new GrpcServerConfig(
                        ListenerConfig.plaintext(),
                        true,
                        false,
                        0,
                        PollLines.EACH,
                        Duration.ofMillis(300),
                        Duration.ofSeconds(5))),
            meters,
            new AbstractModule() {
              @Override
              protected void configure() {
                GrpcServerModule.components(binder())
                    .addBinding()
                    .toInstance(
                        new ServiceComponent() {
                          @Override
                          public void start() {
                            steps.add("start");
                          }

                          @Override
                          public void leave() {
                            steps.add("leave");
                          }

                          @Override
                          public void stop() {
                            steps.add("stop");
                          }
                        });
              }
            },
            Echo.module((request, responses) -> {
              inFlight.countDown();
              finish.await();
              steps.add("answered");
              Echo.say(request, responses);
            }));
    Service service = injector.getInstance(Service.class);
    service.start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", service.port()).usePlaintext().build();
    var answer =
        ClientCalls.futureUnaryCall(
            channel.newCall(Echo.METHOD, CallOptions.DEFAULT), StringValue.of("oi"));
    inFlight.await();
    CompletableFuture<Void> stopped =
        CompletableFuture.runAsync(() -> TestServer.unchecked(service::stop));
    await().until(() -> steps.contains("leave"));
    // During the drain delay the service takes calls, while health already says NOT_SERVING.
    assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
    finish.countDown();
    assertThat(Echo.call(channel, "late")).isEqualTo("late");
    assertThat(answer.get().getValue()).isEqualTo("oi");
    stopped.join();
    assertThat(steps).containsExactly("start", "leave", "answered", "answered", "stop", "meters");
    channel.shutdownNow();
  }

  @Test
  void reflection_listsTheServices() throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say))) {
      CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
      StreamObserver<ServerReflectionRequest> requests =
          ServerReflectionGrpc.newStub(server.channel()).serverReflectionInfo(first(answer));
      requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
      assertThat(answer.get().getListServicesResponse().getServiceList())
          .extracting(ServiceResponse::getName)
          .contains("grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection");
      requests.onCompleted();
    }
  }

  @Test
  void reflection_thatIsOff_isNotServed() throws Exception {
    ServiceConfig config = TestServer.config(TestServer.NO_STORE);
    GrpcServerConfig on = config.server();
    ServiceConfig off =
        config.withServer(
            new GrpcServerConfig(
                on.listener(),
                false,
                false,
                0,
                PollLines.EACH,
                on.drainDelay(),
                on.drainTimeout()));
    try (TestServer server = TestServer.netty(off, Echo.module(Echo::say))) {
      CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
      StreamObserver<ServerReflectionRequest> requests =
          ServerReflectionGrpc.newStub(server.channel()).serverReflectionInfo(first(answer));
      requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
      assertThatThrownBy(answer::get)
          .hasCauseInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("UNIMPLEMENTED");
    }
  }

  @Test
  void reflection_answersOlderClients() throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say))) {
      CompletableFuture<io.grpc.reflection.v1alpha.ServerReflectionResponse> answer =
          new CompletableFuture<>();
      var requests =
          io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(server.channel())
              .serverReflectionInfo(first(answer));
      requests.onNext(
          io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
              .setFileContainingSymbol("grpc.health.v1.Health")
              .build());
      assertThat(answer.get().getFileDescriptorResponse().getFileDescriptorProtoCount())
          .isEqualTo(1);
      requests.onCompleted();
    }
  }

  @Test
  void aMessageOverTheLimit_isRefusedAsInvalid() throws Exception {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say))) {
      for (int size : List.of(65 * 1024, 4 * 1024 * 1024)) {
        Refused.by(() -> Echo.call(server.channel(), "x".repeat(size)))
            .as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
      }
    }
  }

  private static ServingStatus health(TestServer server, String service) {
    return health(server.channel(), service);
  }

  private static ServingStatus health(io.grpc.Channel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static <T> StreamObserver<T> first(CompletableFuture<T> future) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        future.complete(value);
      }

      @Override
      public void onError(Throwable t) {
        future.completeExceptionally(t);
      }

      @Override
      public void onCompleted() {}
    };
  }
}
