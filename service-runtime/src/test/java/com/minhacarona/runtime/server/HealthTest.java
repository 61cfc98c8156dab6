package com.minhacarona.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.inject.Injector;
import com.minhacarona.runtime.connections.ListenerConfig;
import com.minhacarona.runtime.interceptors.PollLines;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Asks for health like load balancers, containers and people, while a service starts and stops. */
class HealthTest {
  @Test
  void theLoadBalancersCheck_isOkWhileServing_andUnavailableOtherwise() throws Exception {
    TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say));
    assertThat(loadBalancerCheck(server.channel(), 1)).isEqualTo(Code.OK);
    assertThat(loadBalancerCheck(server.channel(), 0)).isEqualTo(Code.OK);
    server.instance(GrpcServer.class).leaveService();
    assertThat(loadBalancerCheck(server.channel(), 1)).isEqualTo(Code.UNAVAILABLE);
    server.close();
  }

  @Test
  void theProbe_saysWhetherItServes() throws Exception {
    TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say));
    ListenerConfig port =
        ListenerConfig.plaintext().withPort(server.instance(Service.class).port());
    assertThat(Probe.isServing(Probe.ask(port))).isTrue();
    server.instance(GrpcServer.class).leaveService();
    assertThat(Probe.ask(port)).isEqualTo("NOT_SERVING");
    server.close();
    assertThat(Probe.ask(port)).startsWith("Status{code=UNAVAILABLE");
  }

  @Test
  void theStoresHealth_hasANameOfItsOwn() throws Exception {
    AtomicBoolean away = new AtomicBoolean();
    try (TestServer server =
        TestServer.netty(
            TestServer.NO_STORE,
            Echo.module(
                Echo::say,
                () -> {
                  if (away.get()) {
                    throw new IllegalStateException("away");
                  }
                }),
            new FrequentChecks())) {
      await().until(() -> health(server, GrpcServer.STORE) == ServingStatus.SERVING);
      away.set(true);
      await().until(() -> health(server, GrpcServer.STORE) == ServingStatus.NOT_SERVING);
      assertThat(health(server, "")).isEqualTo(ServingStatus.SERVING);
    }
  }

  @Test
  void theWarmUp_callsTheHotPath_beforeServing_andIsNotCounted() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    Injector injector =
        TestServer.injector(
            TestServer.config(TestServer.NO_STORE)
                .withServer(
                    new GrpcServerConfig(
                        ListenerConfig.plaintext(),
                        true,
                        false,
                        7,
                        PollLines.EACH,
                        Duration.ZERO,
                        Duration.ofSeconds(1))),
            new FeatureModule() {
              @Override
              protected void configure() {
                hotPath(channel -> {
                  assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
                  Echo.call(channel, "warm");
                });
              }
            },
            Echo.module((request, responses) -> {
              heard.add(request.getValue());
              Echo.say(request, responses);
            }));
    Service service = injector.getInstance(Service.class);
    service.start();
    assertThat(heard).hasSize(7);
    assertThat(injector.getInstance(MeterRegistry.class).find("grpc.server.call.started").counter())
        .isNull();
    service.stop();
  }

  /** Asks like a load balancer, which may send no message. */
  private static Code loadBalancerCheck(io.grpc.Channel channel, int messages) throws Exception {
    CompletableFuture<Code> ended = new CompletableFuture<>();
    ClientCall<InputStream, InputStream> call =
        channel.newCall(LoadBalancerHealth.METHOD, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(io.grpc.Status status, Metadata trailers) {
            ended.complete(status.getCode());
          }
        },
        new Metadata());
    call.request(2);
    for (int i = 0; i < messages; i++) {
      call.sendMessage(InputStream.nullInputStream());
    }
    call.halfClose();
    return ended.get();
  }

  private static ServingStatus health(TestServer server, String service) {
    return health(server.channel(), service);
  }

  private static ServingStatus health(io.grpc.Channel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }
}
