package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.auth.CertificateHeader;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.MethodTraits.Trait;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.TestIssuer;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A call that got the place of another one goes on as its own caller, on a thread of its own. */
class WaitingCallerTest {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** What one address gets of four. */
  private static final int PLACES = 3;

  private final TestIssuer issuer = new TestIssuer();
  private final CountDownLatch arrived = new CountDownLatch(PLACES);
  private final CountDownLatch release = new CountDownLatch(1);

  @Test
  void isItself_whenItGoesOn() throws Exception {
    try (issuer;
        TestServer server = server()) {
      List<Future<StringValue>> holding = hold(server);
      Future<StringValue> waiting = ask(server, issuer.operatorToken(), "who");
      awaitInLine(server, waiting);
      release.countDown();
      for (Future<StringValue> held : holding) {
        assertThat(held.get(10, TimeUnit.SECONDS).getValue()).startsWith("SERVICE");
      }
      assertThat(waiting.get(10, TimeUnit.SECONDS).getValue()).isEqualTo("OPERATOR on its thread");
    }
  }

  @Test
  void leavesTheLine_whenItIsCancelled() throws Exception {
    try (issuer;
        TestServer server = server()) {
      List<Future<StringValue>> holding = hold(server);
      Admission admission = server.instance(Admission.class);
      Future<StringValue> waiting = ask(server, issuer.operatorToken(), "who");
      awaitInLine(server, waiting);
      waiting.cancel(true);
      await().until(() -> admission.waiting() == 0);
      release.countDown();
      for (Future<StringValue> held : holding) {
        assertThat(held.get(10, TimeUnit.SECONDS).getValue()).startsWith("SERVICE");
      }
    }
  }

  private static void awaitInLine(TestServer server, Future<StringValue> call) {
    await()
        .untilAsserted(() -> {
          assertThat(call).isNotDone();
          assertThat(server.instance(Admission.class).waiting()).isOne();
        });
  }

  /** Takes all places that this address gets. */
  private List<Future<StringValue>> hold(TestServer server) throws InterruptedException {
    List<Future<StringValue>> holding = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      holding.add(ask(server, issuer.serviceToken(), "hold"));
    }
    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    return holding;
  }

  private TestServer server() {
    Pki pki = new Pki();
    DynamoDbConfig store = TestServer.NO_STORE;
    return TestServer.netty(
        TestServer.withTls(
                pki.config(pki.server()),
                TestServer.config(
                    new DynamoDbConfig(
                        store.tableName(),
                        store.region(),
                        store.endpoint(),
                        PLACES + 1,
                        store.readAttempt(),
                        store.transactionAttempt())))
            .withAuth(
                new AuthConfig(
                    true,
                    List.of(issuer.services(), issuer.operators()),
                    List.of(),
                    CertificateHeader.OFF)),
        Echo.module(this::answer, () -> {}, Trait.READS));
  }

  private void answer(StringValue request, StreamObserver<StringValue> responses)
      throws InterruptedException {
    if (request.getValue().equals("hold")) {
      arrived.countDown();
      release.await();
    }
    String where = ownThread() ? "on its thread" : "on another's";
    responses.onNext(StringValue.of(Caller.current().kind() + " " + where));
    responses.onCompleted();
  }

  /** The thread of another call, which gave its place back, has that call's answer on its stack. */
  private static boolean ownThread() {
    return Thread.currentThread().isVirtual()
        && StackWalker.getInstance()
            .walk(frames -> frames.noneMatch(frame -> frame.getMethodName().equals("giveBack")));
  }

  private static Future<StringValue> ask(TestServer server, String token, String what) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    Channel channel =
        ClientInterceptors.intercept(
            server.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    return ClientCalls.futureUnaryCall(
        channel.newCall(Echo.METHOD, CallOptions.DEFAULT), StringValue.of(what));
  }
}
