package com.minhacarona.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.inject.Module;
import com.google.inject.util.Modules;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.auth.CertificateHeader;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.connections.Door;
import com.minhacarona.runtime.connections.Loopback;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.interceptors.HotPath;
import com.minhacarona.runtime.interceptors.PollLines;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestIssuer;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service that must know its callers: how it starts, and what strangers cost it. */
class KnownCallersTest {
  private final Pki pki = new Pki();
  private final TestIssuer issuer = new TestIssuer();

  @AfterEach
  void close() {
    issuer.close();
  }

  @Test
  void start_whileAnIssuerIsAway_isNotServingAndLetsNobodyIn() throws Exception {
    TestIssuer.Answer right = issuer.keys();
    issuer.answers(TestIssuer.hangUp());
    Service service =
        TestServer.injector(config(TestServer.NO_STORE, 0), Echo.module(Echo::say))
            .getInstance(Service.class);
    CompletableFuture<Void> started =
        CompletableFuture.runAsync(() -> TestServer.unchecked(service::start));
    await().ignoreExceptions().until(() -> service.port() > 0);
    ManagedChannel channel = Loopback.channel(service.port(), Optional.of(server.certificate()));
    Channel caller = bearing(issuer.serviceToken(), channel);
    assertThat(health(channel)).isEqualTo(ServingStatus.NOT_SERVING);
    Refused.by(() -> Echo.call(caller, "oi")).as(Code.UNAVAILABLE, "INDISPONIVEL");
    Refused.by(() -> Echo.call(channel, "oi")).as(Code.UNAUTHENTICATED, "NAO_AUTENTICADO");
    assertThat(started).isNotDone();

    issuer.answers(right);
    await().atMost(Duration.ofSeconds(60)).until(started::isDone);
    started.join();
    assertThat(health(channel)).isEqualTo(ServingStatus.SERVING);
    assertThat(Echo.call(caller, "oi")).isEqualTo("oi");
    channel.shutdownNow();
    service.stop();
  }

  @Test
  void warmUp_provesWhoItIs_andNobodyCanDoSoAfterwards() {
    List<Caller> callers = new CopyOnWriteArrayList<>();
    List<String> answers = new CopyOnWriteArrayList<>();
    Module features =
        Modules.combine(
            Echo.module((request, responses) -> {
              callers.add(Caller.current());
              Echo.say(request, responses);
            }),
            warmingUpBy(channel -> answers.add(Echo.call(channel, "warm"))));
    try (TestServer service = TestServer.netty(config(TestServer.NO_STORE, 2), features)) {
      assertThat(answers).containsExactly("warm", "warm");
      assertThat(callers).extracting(Caller::id).containsOnly("this-process");
      assertThat(callers).extracting(Caller::scopes).allMatch(scopes -> scopes.isEmpty());
      Refused.by(() -> Echo.call(service.channel(), "oi"))
          .as(Code.UNAUTHENTICATED, "NAO_AUTENTICADO");
    }
  }

  @Test
  void strangers_areRefused_beforeAnybodyIsShed() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    DynamoDbConfig oneAtATime =
        new DynamoDbConfig(
            "none",
            "sa-east-1",
            Optional.of(URI.create("http://127.0.0.1:1")),
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    try (TestServer service =
        TestServer.netty(
            config(oneAtATime, 0),
            Echo.module((StringValue request, StreamObserver<StringValue> responses) -> {
              begun.countDown();
              finish.await();
              Echo.say(request, responses);
            }))) {
      Channel caller = bearing(issuer.serviceToken(), service.channel());
      var held =
          ClientCalls.futureUnaryCall(
              caller.newCall(Echo.METHOD, CallOptions.DEFAULT), StringValue.of("oi"));
      begun.await();
      Refused.by(() -> Echo.call(caller, "oi")).as(Code.RESOURCE_EXHAUSTED, "SOBRECARGA");
      Refused.by(() -> Echo.call(service.channel(), "oi"))
          .as(Code.UNAUTHENTICATED, "NAO_AUTENTICADO");
      finish.countDown();
      assertThat(held.get().getValue()).isEqualTo("oi");
    }
  }

  @Test
  void withoutAuthentication_everybodyIsTrusted() {
    List<Caller> callers = new CopyOnWriteArrayList<>();
    try (TestServer service =
        TestServer.netty(
            TestServer.NO_STORE,
            Echo.module((request, responses) -> {
              callers.add(Caller.current());
              Echo.say(request, responses);
            }))) {
      Echo.call(bearing("nonsense", service.channel()), "oi");
      assertThat(callers).containsExactly(Caller.TRUSTED);
      assertThat(service.port(Door.MTLS)).isZero();
    }
  }

  private final Pki.Signed server = pki.server();

  private ServiceConfig config(DynamoDbConfig store, int warmUpCalls) {
    ServiceConfig config = TestServer.withTls(pki.config(server), TestServer.config(store));
    return config
        .withServer(
            new GrpcServerConfig(
                config.server().listener(),
                true,
                false,
                warmUpCalls,
                PollLines.EACH,
                Duration.ZERO,
                Duration.ofSeconds(5)))
        .withAuth(
            new AuthConfig(true, List.of(issuer.services()), List.of(), CertificateHeader.OFF));
  }

  private static Module warmingUpBy(HotPath hotPath) {
    return new FeatureModule() {
      @Override
      protected void configure() {
        hotPath(hotPath);
      }
    };
  }

  private static ServingStatus health(Channel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private static Channel bearing(String token, Channel channel) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
