package com.minhacarona.runtime.interceptors;

import static com.minhacarona.runtime.testing.RawClient.framed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.RawClient;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Metadata as anybody may send it: what is believed, what is refused, and what is logged. */
class CallMetadataTest {
  private static final Logger ACCESS = (Logger) LoggerFactory.getLogger("access");
  private static final String ROOT = "1-67891233-abcdef012345678912345678";
  private static final String FORGED = "a\" level=ERROR msg=\"forged";

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          String line =
              event.getKeyValuePairs().stream()
                  .map(pair -> pair.key + "=" + pair.value)
                  .collect(Collectors.joining(" "));
          // The server of the test before may still be cutting its calls off.
          if (!line.contains(" status=CANCELLED ")) {
            lines.add(line);
          }
        }
      };

  private TestServer server;
  private RawClient client;

  @BeforeEach
  void start() {
    server =
        TestServer.netty(
            TestServer.NO_STORE,
            Echo.module((request, responses) -> {
              if (request.getValue().equals("fail")) {
                throw Errors.refusal(
                    Code.NOT_FOUND, "NADA", Tenant.current().orElse("of nobody"), Map.of());
              }
              Echo.say(request, responses);
            }));
    client = new RawClient(server.instance(Service.class).port());
    appender.start();
    ACCESS.addAppender(appender);
    ACCESS.setLevel(Level.INFO);
  }

  @AfterEach
  void stop() {
    ACCESS.detachAppender(appender);
    ACCESS.setLevel(null);
    client.close();
    server.close();
  }

  static List<List<String>> badTenants() {
    return List.of(
        List.of(""),
        List.of("a", "b"),
        List.of("a", "a"),
        List.of("", "a"),
        List.of("a,b"),
        List.of("a b"),
        List.of("x".repeat(65)),
        List.of("x".repeat(7_000)),
        List.of("ã"),
        List.of("\u0001\u0002"),
        List.of(FORGED));
  }

  @ParameterizedTest
  @MethodSource("badTenants")
  void call_ofATenantThatCannotBe_isRefusedAsInvalid(List<String> tenants) throws Exception {
    Refused refused =
        Refused.of(call("x-tenant-id", tenants))
            .as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("x-tenant-id");
    assertThat(line()).contains(" tenant=- ").hasSizeLessThan(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "condominio-aurora", "A.b_c:d@e-9"})
  void call_ofOneTenant_isBoundAndLogged(String tenant) throws Exception {
    assertThat(Refused.of(call("x-tenant-id", List.of(tenant))).message()).isEqualTo(tenant);
    assertThat(line()).contains(" tenant=" + tenant + " ");
  }

  static List<List<String>> badTraces() {
    return List.of(
        List.of(""),
        List.of("Root="),
        List.of("Root=rubbish"),
        List.of("Root=" + ROOT + "0"),
        List.of("Root=2-67891233-abcdef012345678912345678"),
        List.of("Root=" + FORGED),
        List.of("Root=" + ROOT + ";" + "x".repeat(7_000)),
        List.of("Root=" + ROOT, "Root=" + ROOT),
        List.of("Root=" + "x".repeat(50)));
  }

  @ParameterizedTest
  @MethodSource("badTraces")
  void call_withATraceThatCannotBe_getsANewOne(List<String> traces) throws Exception {
    Refused.of(call("x-amzn-trace-id", traces)).as(Code.NOT_FOUND, "NADA");
    assertThat(line())
        .matches(".* trace_id=1-[0-9a-f]{8}-[0-9a-f]{24}")
        .doesNotContain(ROOT)
        .hasSizeLessThan(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Root=" + ROOT, "Self=1-a-b;Root=" + ROOT + ";Sampled=1"})
  void call_withATrace_keepsIt(String trace) throws Exception {
    Refused.of(call("x-amzn-trace-id", List.of(trace))).as(Code.NOT_FOUND, "NADA");
    assertThat(line()).endsWith(" trace_id=" + ROOT);
  }

  private StatusRuntimeException call(String key, List<String> values) throws Exception {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    values.forEach(value -> headers.add(Map.entry(key, value)));
    return client.call(
        "test.Echo/Say", headers, true, framed(0, StringValue.of("fail").toByteArray()));
  }

  /** The call's line in the access log. */
  private String line() {
    await().pollInterval(Duration.ofMillis(2)).until(() -> lines.size() == 1);
    return lines.getFirst();
  }
}
