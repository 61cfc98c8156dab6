package com.minhacarona.runtime.interceptors;

import static com.minhacarona.runtime.testing.RawClient.framed;
import static com.minhacarona.runtime.testing.RawClient.gzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.RawClient;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way of sending what is no request, to each kind of call, over a real socket. */
class MalformedRequestTest {
  private static final byte[] MESSAGE = StringValue.of("oi").toByteArray();
  private static final byte[] LARGE = StringValue.of("x".repeat(70_000)).toByteArray();
  private static final List<MethodDescriptor<?, ?>> METHODS =
      List.of(Echo.METHOD, Echo.STREAM, Echo.CHAT);

  private static final List<Malformation> MALFORMATIONS =
      List.of(
          once("no message", new byte[0]),
          once("two messages", framed(0, MESSAGE), framed(0, MESSAGE)),
          any("cut in the header", new byte[] {0, 0}),
          any("cut in the body", framed(0, 10, MESSAGE)),
          once("cut in the second message", framed(0, MESSAGE), framed(0, 10, MESSAGE)),
          any("compressed without encoding", framed(1, MESSAGE)),
          encoded("identity", "compressed as identity", framed(1, MESSAGE)),
          encoded("gzip", "not gzip", framed(1, MESSAGE)),
          encoded("gzip", "gzip cut short", framed(1, Arrays.copyOf(gzip(MESSAGE), 14))),
          encoded("gzip", "gzip cut in its header", framed(1, Arrays.copyOf(gzip(MESSAGE), 5))),
          encoded("gzip", "gzip of too much", framed(1, gzip(LARGE))),
          encoded("gzip", "gzip of no message", framed(1, gzip(new byte[] {0, 0}))),
          any("reserved flag", framed(2, MESSAGE)),
          any("too large", framed(0, LARGE)),
          any("too large as declared", framed(0, 65_537, new byte[0])),
          any("huge as declared", framed(0, Integer.MAX_VALUE, new byte[0])),
          any("negative as declared", framed(0, -1, new byte[0])),
          any("not protobuf", framed(0, new byte[] {0, 0})));

  private static TestServer server;
  private static RawClient client;

  @BeforeAll
  static void start() {
    server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say));
    client = new RawClient(server.instance(Service.class).port());
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  static List<Malformation> malformations() {
    return MALFORMATIONS;
  }

  static Stream<Arguments> malformationsOfCalls() {
    return METHODS.stream()
        .flatMap(method ->
            MALFORMATIONS.stream()
                .filter(malformation -> !malformation.unary || method != Echo.CHAT)
                .map(malformation -> Arguments.of(method.getBareMethodName(), malformation)));
  }

  @ParameterizedTest
  @MethodSource("malformationsOfCalls")
  void call_malformedAndHalfClosed_isRefusedAsInvalid(String method, Malformation malformation)
      throws Exception {
    isRefused(method, malformation, true);
  }

  @ParameterizedTest
  @MethodSource("malformationsOfCalls")
  void call_malformedAndLeftOpen_isRefusedAsInvalid(String method, Malformation malformation)
      throws Exception {
    if (!malformation.showsAtTheEnd()) {
      isRefused(method, malformation, false);
    }
  }

  @ParameterizedTest
  @MethodSource("malformations")
  void stream_malformedAfterAnAnswer_isRefusedAsInvalid(Malformation malformation)
      throws Exception {
    if (!malformation.unary) {
      Refused.of(
              client.callAgain(
                  "test.Echo/Chat",
                  malformation.headers,
                  true,
                  framed(0, MESSAGE),
                  malformation.frames))
          .as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    }
  }

  @Test
  void call_withAMessageOfTheLimit_isAnswered() throws Exception {
    byte[] message = StringValue.of("x".repeat(1_024 - 3)).toByteArray();
    assertThat(message).hasSize(1_024);
    assertThat(
            client.call("test.Echo/Say", List.of(), true, framed(0, message)).getStatus().getCode())
        .isEqualTo(Code.OK);
  }

  @Test
  void call_tooLarge_namesTheLimit() throws Exception {
    for (MethodDescriptor<?, ?> method : METHODS) {
      Refused refused =
          Refused.of(client.call(method.getFullMethodName(), List.of(), false, framed(0, LARGE)));
      assertThat(refused.descriptions()).containsExactly("must have at most 1024 bytes");
    }
  }

  @Test
  void call_compressedAsItShouldBe_isAnswered() throws Exception {
    assertThat(
            client
                .call(
                    "test.Echo/Say",
                    List.of(Map.entry("grpc-encoding", "gzip")),
                    true,
                    framed(1, gzip(MESSAGE)))
                .getStatus()
                .getCode())
        .isEqualTo(Code.OK);
  }

  private static void isRefused(String method, Malformation malformation, boolean halfClose)
      throws Exception {
    double failedBefore = ended(method, false);
    double refusedBefore = ended(method, true);
    Refused.of(
            client.call(
                "test.Echo/" + method, malformation.headers, halfClose, malformation.frames))
        .as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> ended(method, true) == refusedBefore + 1);
    assertThat(ended(method, false))
        .as("calls that did not end as refused")
        .isEqualTo(failedBefore);
  }

  private static double ended(String method, boolean refused) {
    return server
        .instance(MeterRegistry.class)
        .find(CallMeters.ENDED)
        .tag("method", method)
        .counters()
        .stream()
        .filter(counter ->
            !"OK".equals(counter.getId().getTag("status"))
                && refused == "INVALID_ARGUMENT".equals(counter.getId().getTag("status")))
        .mapToDouble(Counter::count)
        .sum();
  }

  private static Malformation any(String name, byte[]... frames) {
    return new Malformation(name, false, List.of(), frames);
  }

  /** No fault in a stream of messages. */
  private static Malformation once(String name, byte[]... frames) {
    return new Malformation(name, true, List.of(), frames);
  }

  private static Malformation encoded(String encoding, String name, byte[]... frames) {
    return new Malformation(name, false, List.of(Map.entry("grpc-encoding", encoding)), frames);
  }

  /** What a caller sends. */
  static final class Malformation {
    private final String name;
    private final boolean unary;
    private final List<Map.Entry<String, String>> headers;
    private final byte[][] frames;

    Malformation(
        String name, boolean unary, List<Map.Entry<String, String>> headers, byte[]... frames) {
      this.name = name;
      this.unary = unary;
      this.headers = headers;
      this.frames = frames;
    }

    boolean showsAtTheEnd() {
      return name.startsWith("cut") || name.equals("no message");
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
