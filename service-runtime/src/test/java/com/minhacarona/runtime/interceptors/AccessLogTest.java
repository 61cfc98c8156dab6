package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.FailureLines;
import com.minhacarona.runtime.call.MethodTraits;
import com.minhacarona.runtime.call.RequestFields;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Expects one line for each call, in whatever way it ends. */
class AccessLogTest {
  private static final Logger ACCESS = (Logger) LoggerFactory.getLogger("access");

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(
              event.getKeyValuePairs().stream()
                  .map(pair -> pair.key + "=" + pair.value)
                  .collect(Collectors.joining(" ")));
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    ACCESS.addAppender(appender);
    ACCESS.setLevel(Level.INFO);
  }

  @AfterEach
  void stopListening() {
    ACCESS.detachAppender(appender);
    ACCESS.setLevel(null);
  }

  @Test
  void writesOnSuccess() {
    try (TestServer server = TestServer.inProcess(TestServer.NO_STORE, Echo.module(Echo::say))) {
      Echo.call(server.channel(), "oi");
      assertOneLine("OK", "-");
    }
  }

  @Test
  void writesTheRequestsId() {
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE,
            Echo.module((request, responses) -> {
              var _ = new RequestFields().requestId("request_id", request.getValue());
              Echo.say(request, responses);
            }))) {
      Echo.call(server.channel(), "7F5C2C1E-58A5-4F0C-9A43-0E1B0D6A2F11");
      assertOneLine("OK", "-");
      assertThat(lines.getFirst()).contains("request_id=7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11");
    }
  }

  @Test
  void writesOnRefusal() {
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE,
            Echo.module((_, _) -> {
              throw Errors.refusal(Code.NOT_FOUND, "NADA", "There is nothing", Map.of());
            }))) {
      Refused.by(() -> Echo.call(server.channel(), "oi"));
      assertOneLine("NOT_FOUND", "NADA");
    }
  }

  @Test
  void writesOnUncaughtException() {
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE,
            Echo.module((_, _) -> {
              throw new IllegalStateException("boom");
            }))) {
      Refused.by(() -> Echo.call(server.channel(), "oi"));
      assertOneLine("INTERNAL", "ERRO_INTERNO");
    }
  }

  @Test
  void writesOnCancellation() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE,
            Echo.module((request, responses) -> {
              arrived.countDown();
              finish.await();
              Echo.say(request, responses);
            }))) {
      var answer =
          ClientCalls.futureUnaryCall(
              server.channel().newCall(Echo.METHOD, CallOptions.DEFAULT), StringValue.of("oi"));
      arrived.await();
      answer.cancel(true);
      finish.countDown();
      assertOneLine("CANCELLED", "-");
    }
  }

  @Test
  void leavesOutFailuresPastTheLimit_andSaysHowMany() throws Exception {
    AtomicLong now = new AtomicLong();
    withLog(
        new AccessLog(Set.of(), PollLines.EACH, now::get),
        channel -> {
          for (int i = 0; i < FailureLines.PER_SECOND + 3; i++) {
            fail(channel);
          }
          assertThat(lines).hasSize(FailureLines.PER_SECOND);
          Echo.call(channel, "oi");
          assertThat(lines).hasSize(FailureLines.PER_SECOND + 1).last().asString().contains("=OK");
          now.addAndGet(Duration.ofSeconds(1).toNanos());

          fail(channel);
          assertThat(lines).hasSize(FailureLines.PER_SECOND + 3);
          assertThat(lines.get(FailureLines.PER_SECOND + 1))
              .isEqualTo("status=NOT_FOUND left_out=3");
          assertThat(lines.getLast()).contains("status=NOT_FOUND reason=");
        });
  }

  @Test
  void ofPolls_writesOneInANumber_eachFailure_andHowManyItLeftOut() throws Exception {
    MethodTraits poll = new MethodTraits(Echo.METHOD, 1_024, Set.of(MethodTraits.Trait.POLLS));
    withLog(
        new AccessLog(Set.of(poll), new PollLines(3), () -> 0),
        channel -> {
          for (int i = 0; i < 6; i++) {
            var _ = Echo.call(channel, "oi");
          }
          assertThat(lines).hasSize(2).allMatch(line -> line.endsWith("polls_left_out=2"));

          var _ = Echo.call(channel, "oi");
          fail(channel);
          fail(channel);
          assertThat(lines).hasSize(4);
          assertThat(lines.get(2)).contains("status=NOT_FOUND").endsWith("polls_left_out=1");
          assertThat(lines.get(3)).contains("status=NOT_FOUND").doesNotContain("left_out");
        });
  }

  private static void fail(Channel channel) {
    assertThatThrownBy(() -> Echo.call(channel, "fail")).isInstanceOf(StatusRuntimeException.class);
  }

  private static void withLog(AccessLog accessLog, Consumer<Channel> calls) throws IOException {
    Server server =
        InProcessServerBuilder.forName("access")
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("test.Echo")
                    .addMethod(
                        Echo.METHOD,
                        ServerCalls.asyncUnaryCall((request, responses) -> {
                          if (request.getValue().equals("fail")) {
                            responses.onError(
                                Errors.refusal(Code.NOT_FOUND, "NADA", "Nothing", Map.of()));
                          } else {
                            Echo.say(request, responses);
                          }
                        }))
                    .build())
            .intercept(
                new ObservingInterceptor(new CallMetrics(new SimpleMeterRegistry()), accessLog))
            .build()
            .start();
    ManagedChannel channel = InProcessChannelBuilder.forName("access").directExecutor().build();
    try {
      calls.accept(channel);
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  private void assertOneLine(String status, String reason) {
    await().until(() -> !lines.isEmpty());
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .matches(
            Pattern.compile(
                "method=test.Echo/Say status=%s reason=%s duration_us=\\d+ peer=\\S+ caller=- tenant=- request_id=(-|7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11) trace_id=1-[0-9a-f]{8}-[0-9a-f]{24}"
                    .formatted(status, reason)));
  }
}
