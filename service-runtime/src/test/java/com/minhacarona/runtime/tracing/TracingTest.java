package com.minhacarona.runtime.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.call.MethodTraits.Trait;
import com.minhacarona.runtime.call.TraceId;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.server.ServiceConfig;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import com.sun.net.httpserver.HttpServer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Receives segments by UDP, like the X-Ray daemon. */
class TracingTest {
  private static final String ROOT = "1-67891233-abcdef012345678912345678";
  private static final int DATAGRAM = 64 * 1024;

  private DatagramSocket daemon;
  private HttpServer store;

  @BeforeEach
  void start() throws Exception {
    daemon = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    daemon.setSoTimeout(5_000);
    store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] nothing = "{}".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
          exchange.sendResponseHeaders(200, nothing.length);
          exchange.getResponseBody().write(nothing);
          exchange.close();
        });
    store.start();
  }

  @AfterEach
  void stop() {
    daemon.close();
    store.stop(0);
  }

  @Test
  void aCall_isASegmentOfItsCallersTrace_andItsCallToTheTableASubsegment() throws Exception {
    try (TestServer server = server(daemonAddress())) {
      assertThat(
              Echo.call(
                  traced(server.channel(), "Root=" + ROOT + ";Parent=53995c3f42cd8ad8;Sampled=1"),
                  "oi"))
          .isEqualTo("oi");
      JsonNode segment = receive();
      assertThat(segment.get("name").asText()).isEqualTo("echo-service");
      assertThat(segment.get("trace_id").asText()).isEqualTo(ROOT);
      assertThat(segment.get("parent_id").asText()).isEqualTo("53995c3f42cd8ad8");
      assertThat(segment.get("annotations").get("method").asText()).isEqualTo("Say");
      assertThat(segment.get("annotations").get("status").asText()).isEqualTo("OK");
      assertThat(segment.has("fault")).isFalse();
      assertThat(segment.get("subsegments")).hasSize(1);
      JsonNode call = segment.get("subsegments").get(0);
      assertThat(call.get("name").asText()).isEqualTo("DynamoDb");
      assertThat(call.get("namespace").asText()).isEqualTo("aws");
      assertThat(call.get("aws").get("operation").asText()).isEqualTo("GetItem");
      assertThat(call.get("aws").get("table_name").asText()).isEqualTo("a-table");
    }
  }

  @Test
  void onTheEventLoop_itIsTheSame() throws Exception {
    try (TestServer server = server(daemonAddress(), Trait.ANSWERS_ON_EVENT_LOOP)) {
      for (int i = 0; i < 3; i++) {
        Echo.call(traced(server.channel(), "Root=" + ROOT + ";Sampled=1"), "oi");
        assertThat(receive().get("subsegments")).hasSize(1);
      }
    }
  }

  @Test
  void aStreamOfAnswers_isOneSegment() throws Exception {
    try (TestServer server = server(daemonAddress())) {
      ClientCalls.blockingServerStreamingCall(
              traced(server.channel(), "Root=" + ROOT + ";Sampled=1"),
              Echo.STREAM,
              CallOptions.DEFAULT,
              StringValue.of("oi"))
          .forEachRemaining(_ -> {});
      JsonNode segment = receive();
      assertThat(segment.get("annotations").get("method").asText()).isEqualTo("Stream");
      assertThat(segment.get("subsegments")).hasSize(1);
    }
  }

  @Test
  void aStreamInBothDirections_isASegmentForEachMessage() throws Exception {
    try (TestServer server = server(daemonAddress())) {
      var requests =
          ClientCalls.asyncBidiStreamingCall(
              traced(server.channel(), "Root=" + ROOT + ";Sampled=1")
                  .newCall(Echo.CHAT, CallOptions.DEFAULT),
              new StreamObserver<StringValue>() {
                @Override
                public void onNext(StringValue value) {}

                @Override
                public void onError(Throwable t) {}

                @Override
                public void onCompleted() {}
              });
      for (int i = 0; i < 3; i++) {
        requests.onNext(StringValue.of("oi"));
        JsonNode segment = receive();
        assertThat(segment.get("annotations").get("method").asText()).isEqualTo("Chat");
        assertThat(segment.get("subsegments")).hasSize(1);
      }
      requests.onCompleted();
    }
  }

  @Test
  void aCallerThatIsNotSampled_leavesNoTrace() throws Exception {
    daemon.setSoTimeout(300);
    try (TestServer server = server(daemonAddress())) {
      Echo.call(traced(server.channel(), "Root=" + ROOT + ";Sampled=0"), "oi");
      assertThat(Optional.ofNullable(receiveOrNull())).isEmpty();
    }
  }

  @Test
  void aCallWithoutATrace_beginsOne_byTheSamplingRules() throws Exception {
    try (TestServer server = server(daemonAddress())) {
      Echo.call(server.channel(), "oi");
      JsonNode segment = receive();
      assertThat(segment.get("trace_id").asText()).matches("1-[0-9a-f]{8}-[0-9a-f]{24}");
      assertThat(segment.has("parent_id")).isFalse();
    }
  }

  @Test
  void aTraceThatCannotBeRead_failsNoCall() throws Exception {
    try (TestServer server = server(daemonAddress())) {
      for (String header :
          List.of("rubbish", "Root=rubbish;Sampled=1", "Root=1-2-3;Parent=;Sampled=")) {
        assertThat(Echo.call(traced(server.channel(), header), "oi")).isEqualTo("oi");
      }
    }
  }

  @Test
  void aCallerThatAlwaysSamples_isTracedAFewTimesASecond(@TempDir Path folder) throws Exception {
    daemon.setSoTimeout(300);
    Path never = folder.resolve("never.json");
    Files.writeString(
        never, "{\"version\": 2, \"default\": {\"fixed_target\": 0, \"rate\": 0}, \"rules\": []}");
    TracingConfig tracing =
        new TracingConfig("echo-service", Optional.of(daemonAddress()), Optional.of(never));
    long start = System.nanoTime();
    try (TestServer server = TestServer.inProcess(traced(tracing), Echo.module(Echo::say))) {
      for (int i = 0; i < 100; i++) {
        Echo.call(traced(server.channel(), "Root=" + ROOT + ";Sampled=1"), "oi");
      }
      long seconds = 1 + Duration.ofNanos(System.nanoTime() - start).toSeconds();
      assertThat(segments())
          .isBetween(
              (long) TracingInterceptor.FORCED_PER_SECOND,
              TracingInterceptor.FORCED_PER_SECOND * seconds);
    }
  }

  @Test
  void aSurprise_isAFault() throws Exception {
    try (TestServer server =
        TestServer.inProcess(
            traced(daemonAddress()),
            Echo.module((_, _) -> {
              throw new IllegalStateException("boom");
            }))) {
      try {
        Echo.call(traced(server.channel(), "Root=" + ROOT + ";Sampled=1"), "oi");
      } catch (io.grpc.StatusRuntimeException e) {
        assertThat(receive().get("fault").asBoolean()).isTrue();
        return;
      }
      throw new AssertionError("the call should have failed");
    }
  }

  @Test
  void aMissingDaemon_isNotNoticed() throws Exception {
    String nobody = daemonAddress();
    daemon.close();
    try (TestServer server = server(nobody)) {
      for (int i = 0; i < 10; i++) {
        assertThat(Echo.call(traced(server.channel(), "Root=" + ROOT + ";Sampled=1"), "oi"))
            .isEqualTo("oi");
      }
    }
  }

  /** A server whose method asks the table, on the thread of the call. */
  private TestServer server(String daemonAddress, Trait... traits) {
    TestServer[] self = new TestServer[1];
    self[0] =
        TestServer.inProcess(
            traced(daemonAddress),
            Echo.module(
                (request, responses) -> {
                  var _ =
                      self[0].instance(DynamoDbClient.class).getItem(r -> r.tableName("a-table"));
                  Echo.say(request, responses);
                },
                () -> {},
                traits));
    return self[0];
  }

  private ServiceConfig traced(String daemonAddress) {
    return traced(new TracingConfig("echo-service", Optional.of(daemonAddress), Optional.empty()));
  }

  private ServiceConfig traced(TracingConfig tracing) {
    ServiceConfig config = TestServer.config(storeConfig());
    return new ServiceConfig(
        config.server(), config.auth(), config.dynamoDb(), config.metrics(), tracing);
  }

  private DynamoDbConfig storeConfig() {
    return new DynamoDbConfig(
        "a-table",
        "sa-east-1",
        Optional.of(URI.create("http://127.0.0.1:" + store.getAddress().getPort())),
        10,
        Duration.ofSeconds(5),
        Duration.ofSeconds(5));
  }

  private String daemonAddress() {
    return "127.0.0.1:" + daemon.getLocalPort();
  }

  private static Channel traced(Channel channel, String header) {
    Metadata headers = new Metadata();
    headers.put(TraceId.HEADER, header);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private JsonNode receive() throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM], DATAGRAM);
    daemon.receive(packet);
    String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    return new ObjectMapper().readTree(text.substring(text.indexOf('\n')));
  }

  /** How many come until none comes for a while. */
  private long segments() throws Exception {
    long received = 0;
    while (receiveOrNull() != null) {
      received++;
    }
    return received;
  }

  private JsonNode receiveOrNull() throws Exception {
    try {
      return receive();
    } catch (SocketTimeoutException _) {
      return null;
    }
  }
}
