package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DefaultDeadlineInterceptorTest {
  /** Answers how many whole seconds are left of the call's deadline. */
  private static final Echo.Behaviour SECONDS_LEFT =
      (_, responses) -> {
        Deadline deadline = Context.current().getDeadline();
        Echo.say(
            StringValue.of(Long.toString(deadline.timeRemaining(TimeUnit.SECONDS))), responses);
      };

  @Test
  void aCallWithoutADeadline_getsOne() {
    try (TestServer server = TestServer.inProcess(TestServer.NO_STORE, Echo.module(SECONDS_LEFT))) {
      assertThat(Long.parseLong(Echo.call(server.channel(), "?")))
          .isBetween(0L, DefaultDeadlineInterceptor.DEADLINE_SECONDS);
    }
  }

  @Test
  void aCallersDeadline_isKept() {
    try (TestServer server = TestServer.inProcess(TestServer.NO_STORE, Echo.module(SECONDS_LEFT))) {
      CallOptions patient = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS);
      assertThat(Long.parseLong(Echo.call(server.channel(), patient, "?")))
          .isGreaterThan(DefaultDeadlineInterceptor.DEADLINE_SECONDS);
    }
  }
}
