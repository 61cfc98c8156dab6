package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Expects each call to be counted once, with the status of its end. Runs each test with a unary
 * call and with a stream.
 */
class CallMetricsTest {
  /** Makes a first call, which loads classes for longer than the deadline of a test below. */
  @BeforeAll
  static void aFirstCall() {
    ends("Say", Echo::say, CallOptions.DEFAULT, Code.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Say", "Stream"})
  void countsOnSuccess(String method) {
    ends(method, Echo::say, CallOptions.DEFAULT, Code.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Say", "Stream"})
  void countsOnRefusal(String method) {
    ends(
        method,
        (_, _) -> {
          throw Errors.refusal(Code.NOT_FOUND, "NADA", "There is nothing", Map.of());
        },
        CallOptions.DEFAULT,
        Code.NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Say", "Stream"})
  void countsOnUncaughtException(String method) {
    ends(
        method,
        (_, _) -> {
          throw new IllegalStateException("boom");
        },
        CallOptions.DEFAULT,
        Code.INTERNAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Say", "Stream"})
  void countsOnDeadline(String method) {
    ends(
        method,
        (_, _) -> {
          // The call stays without an answer until its deadline.
        },
        CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS),
        Code.DEADLINE_EXCEEDED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Say", "Stream"})
  void countsOnCancellation(String method) throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE,
            Echo.module((_, _) -> {
              arrived.countDown();
              over.await();
            }))) {
      var call = server.channel().newCall(descriptor(method), CallOptions.DEFAULT);
      call.start(new io.grpc.ClientCall.Listener<>() {}, new io.grpc.Metadata());
      call.request(1);
      call.sendMessage(StringValue.of("oi"));
      call.halfClose();
      arrived.await();
      call.cancel("enough", null);
      over.countDown();
      assertCountedOnce(server, method, Code.CANCELLED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Say"})
  void countsOnShedding(String method) throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    DynamoDbConfig oneConnection =
        new DynamoDbConfig(
            "none",
            "none",
            TestServer.NO_STORE.endpoint(),
            1,
            TestServer.NO_STORE.readAttempt(),
            TestServer.NO_STORE.readAttempt());
    CountDownLatch arrived = new CountDownLatch(1);
    try (TestServer server =
        TestServer.inProcess(
            oneConnection,
            Echo.module((request, responses) -> {
              arrived.countDown();
              over.await();
              Echo.say(request, responses);
            }))) {
      var held =
          ClientCalls.futureUnaryCall(
              server.channel().newCall(descriptor(method), CallOptions.DEFAULT),
              StringValue.of("held"));
      arrived.await();
      // Twice, because all calls that are shed share one refusal.
      for (int i = 0; i < 2; i++) {
        Refused.by(() -> Echo.call(server.channel(), "shed"))
            .as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA)
            .retryAfter(Duration.ofMillis(500));
      }
      // A call is counted when it is over, and its caller may know that first.
      await()
          .untilAsserted(() ->
              assertThat(count(server, CallMeters.ENDED, method, Code.RESOURCE_EXHAUSTED))
                  .isEqualTo(2));
      assertThat(server.instance(MeterRegistry.class).get(CallMeters.SHED).counter().count())
          .isEqualTo(2);
      over.countDown();
      assertThat(held.get().getValue()).isEqualTo("held");
      await()
          .untilAsserted(
              () -> assertThat(count(server, CallMeters.ENDED, method, Code.OK)).isEqualTo(1));
      assertThat(Echo.call(server.channel(), "after")).isEqualTo("after");
    }
  }

  private static void ends(
      String method, Echo.Behaviour behaviour, CallOptions options, Code expected) {
    try (TestServer server = TestServer.inProcess(TestServer.NO_STORE, Echo.module(behaviour))) {
      Runnable call =
          () ->
              ClientCalls.blockingServerStreamingCall(
                      server.channel(), descriptor(method), options, StringValue.of("oi"))
                  .forEachRemaining(_ -> {});
      if (expected == Code.OK) {
        call.run();
      } else {
        assertThatThrownBy(call::run)
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(e.getStatus().getCode()).isEqualTo(expected));
      }
      assertCountedOnce(server, method, expected);
    }
  }

  private static void assertCountedOnce(TestServer server, String method, Code expected) {
    await()
        .untilAsserted(
            () -> assertThat(count(server, CallMeters.ENDED, method, expected)).isEqualTo(1));
    MeterRegistry meters = server.instance(MeterRegistry.class);
    assertThat(meters.get(CallMeters.STARTED).counter().count()).isEqualTo(1);
    assertThat(meters.get(CallMeters.ENDED).counters()).as("with no other status").hasSize(1);
    if (method.equals("Stream")) {
      assertThat(meters.get(CallMeters.ACTIVE_STREAMS).gauge().value()).isZero();
    } else {
      assertThat(meters.get(CallMeters.DURATION).timer().count()).isEqualTo(1);
    }
  }

  private static double count(TestServer server, String name, String method, Code status) {
    Counter counter =
        server
            .instance(MeterRegistry.class)
            .find(name)
            .tags("method", method, "status", status.name())
            .counter();
    return counter == null ? 0 : counter.count();
  }

  private static MethodDescriptor<StringValue, StringValue> descriptor(String method) {
    return method.equals("Stream") ? Echo.STREAM : Echo.METHOD;
  }
}
