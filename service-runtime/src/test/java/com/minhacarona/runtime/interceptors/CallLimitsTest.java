package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CallLimitsTest {
  /** Answers how many whole seconds are left of the call's deadline. */
  private static final Echo.Behaviour SECONDS_LEFT =
      (_, responses) -> {
        Deadline deadline = Context.current().getDeadline();
        Echo.say(
            StringValue.of(Long.toString(deadline.timeRemaining(TimeUnit.SECONDS))), responses);
      };

  @Test
  void aCallWithoutADeadline_getsOne() {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(SECONDS_LEFT))) {
      assertThat(Long.parseLong(Echo.call(server.channel(), "?")))
          .isBetween(0L, CallLimits.UNARY_DEADLINE.toSeconds());
    }
  }

  @Test
  void aCallersDeadline_isKept_upToTheCeiling() {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(SECONDS_LEFT))) {
      CallOptions patient = CallOptions.DEFAULT.withDeadlineAfter(25, TimeUnit.SECONDS);
      assertThat(Long.parseLong(Echo.call(server.channel(), patient, "?")))
          .isBetween(CallLimits.UNARY_DEADLINE.toSeconds(), 25L);
      CallOptions endless = CallOptions.DEFAULT.withDeadlineAfter(35, TimeUnit.DAYS);
      assertThat(Long.parseLong(Echo.call(server.channel(), endless, "?")))
          .isBetween(25L, CallLimits.UNARY_CEILING.toSeconds());
    }
  }

  @Test
  void aStreamWithoutADeadline_getsTheCeiling() {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(SECONDS_LEFT))) {
      StringValue left =
          ClientCalls.blockingServerStreamingCall(
                  server.channel(), Echo.STREAM, CallOptions.DEFAULT, StringValue.of("?"))
              .next();
      assertThat(Long.parseLong(left.getValue()))
          .isBetween(CallLimits.UNARY_CEILING.toSeconds(), CallLimits.STREAM_CEILING.toSeconds());
    }
  }

  @Test
  void calls_thatAreOver_leaveNoTimer() {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say))) {
      for (int i = 0; i < 1_000; i++) {
        var _ = Echo.call(server.channel(), "oi");
      }
      ScheduledThreadPoolExecutor timer =
          (ScheduledThreadPoolExecutor) server.instance(ScheduledExecutorService.class);
      Awaitility.await().until(() -> timer.getQueue().isEmpty());
    }
  }

  @Test
  void aMessage_largerThanItsMethodAllows_isRefused() {
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say))) {
      String fits = "x".repeat(CallLimits.MESSAGE_BYTES - 3);
      assertThat(Echo.call(server.channel(), fits)).isEqualTo(fits);
      Refused.by(() -> Echo.call(server.channel(), fits + "x"))
          .as(Status.Code.INVALID_ARGUMENT, "ARGUMENTO_INVALIDO");
      CallOptions gzip = CallOptions.DEFAULT.withCompression("gzip");
      Refused.by(() -> Echo.call(server.channel(), gzip, fits + "x"))
          .as(Status.Code.INVALID_ARGUMENT, "ARGUMENTO_INVALIDO");
    }
  }
}
