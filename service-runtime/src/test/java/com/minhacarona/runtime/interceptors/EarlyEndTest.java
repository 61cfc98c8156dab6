package com.minhacarona.runtime.interceptors;

import static com.minhacarona.runtime.testing.RawClient.framed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.RawClient;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.Status.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose deadline passes on the server first: the client itself has none. */
class EarlyEndTest {
  private static final byte[] MESSAGE = framed(0, StringValue.of("oi").toByteArray());
  private static final CountDownLatch CANCELLED = new CountDownLatch(1);

  private static TestServer server;
  private static RawClient client;

  @BeforeAll
  static void start() {
    server =
        TestServer.netty(
            TestServer.NO_STORE,
            Echo.module((request, responses) -> {
              if (request.getValue().equals("say")) {
                Echo.say(request, responses);
              } else if (request.getValue().equals("cancelled?")) {
                ((ServerCallStreamObserver<StringValue>) responses)
                    .setOnCancelHandler(CANCELLED::countDown);
              }
            }));
    client = new RawClient(server.instance(Service.class).port());
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Say", "Stream", "Chat"})
  void call_whoseDeadlinePasses_isAnsweredWithDetails(String method) throws Exception {
    for (int i = 0; i < 100; i++) {
      String timeout = 1 + i % 10 + "m";
      // A conversation of which the client has heard enough would just be over.
      boolean halfClose = !method.equals("Chat") && i % 2 == 0;
      Refused.of(client.call("test.Echo/" + method, timeout(timeout), halfClose, MESSAGE))
          .as(Code.DEADLINE_EXCEEDED, Errors.PRAZO_ESGOTADO);
    }
    await().until(() -> ended(method, "DEADLINE_EXCEEDED") >= 100);
    assertThat(ended(method, "CANCELLED")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Say", "Stream", "Chat"})
  void call_whoseDeadlineHasPassedAlready_isAnsweredWithDetails(String method) throws Exception {
    for (String timeout : List.of("0m", "1n", "1u")) {
      Refused.of(client.call("test.Echo/" + method, timeout(timeout), true, MESSAGE))
          .as(Code.DEADLINE_EXCEEDED, Errors.PRAZO_ESGOTADO);
    }
  }

  @Test
  void service_ofACallWhoseDeadlinePasses_hearsThatItIsCancelled() throws Exception {
    byte[] message = framed(0, StringValue.of("cancelled?").toByteArray());
    Refused.of(client.call("test.Echo/Stream", timeout("50m"), true, message))
        .as(Code.DEADLINE_EXCEEDED, Errors.PRAZO_ESGOTADO);
    assertThat(CANCELLED.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void call_thatEndsBeforeItsDeadline_leavesNoTimer() throws Exception {
    byte[] message = framed(0, StringValue.of("say").toByteArray());
    for (String method :
        List.of("test.Echo/Say", "test.Echo/None", "grpc.health.v1.Health/Check")) {
      assertThat(client.call(method, timeout("99999999H"), true, message)).isNotNull();
    }
    ScheduledThreadPoolExecutor timer =
        (ScheduledThreadPoolExecutor) server.instance(ScheduledExecutorService.class);
    await().until(() -> timer.getQueue().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "m", "-5m", "5 m", "123456789m", "5x", "rubbish"})
  void call_withATimeoutThatIsNone_isRefusedAsInvalid(String timeout) throws Exception {
    Refused refused =
        Refused.of(client.call("test.Echo/Say", timeout(timeout), true, MESSAGE))
            .as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("grpc-timeout");
  }

  private static List<Map.Entry<String, String>> timeout(String value) {
    return List.of(Map.entry("grpc-timeout", value));
  }

  private static double ended(String method, String status) {
    return server
        .instance(MeterRegistry.class)
        .find(CallMeters.ENDED)
        .tags("method", method, "status", status)
        .counters()
        .stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }
}
