package com.minhacarona.runtime.server;

import static com.minhacarona.runtime.testing.RawClient.framed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.testing.EchoMain;
import com.minhacarona.runtime.testing.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process to whose port anybody sends anything: its log stays JSON, and small. */
@Tag("process")
class GarbageTest {
  private static final Pattern SERVING = Pattern.compile("Serving on port (\\d+)");
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final int CONNECTIONS = 200;
  private static final int CALLS = 200;

  /** Of start, stop and the limited loggers, generously. */
  private static final int OTHER_LINES = 60;

  @Test
  void garbageOnThePort_makesFewLines_andEachIsJson() throws Exception {
    Process process = start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      int port = port(output, lines);
      sendGarbage(port);
      sendMalformedCalls(port);
      var _ = process.toHandle().destroy();
      output.lines().forEach(lines::add);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> parsed = new ArrayList<>();
    for (String line : lines) {
      parsed.add(json.readTree(line));
    }
    assertThat(parsed)
        .allSatisfy(line -> assertThat(line.isObject()).isTrue())
        .noneMatch(line -> line.has("stack_trace"));
    assertThat(of("access", parsed)).hasSize(CALLS);
    assertThat(of(EchoMain.COMPLAINING, parsed))
        .hasSizeBetween(1, 10)
        .allSatisfy(line -> assertThat(line.get("level").asText()).isEqualTo("ERROR"));
    assertThat(lines).hasSizeLessThan(CALLS + OTHER_LINES);
  }

  private static List<JsonNode> of(String logger, List<JsonNode> lines) {
    return lines.stream().filter(line -> line.get("logger_name").asText().equals(logger)).toList();
  }

  private static void sendGarbage(int port) throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < CONNECTIONS; i++) {
      byte[] garbage = new byte[random.nextInt(1, 2_000)];
      random.nextBytes(garbage);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        OutputStream out = socket.getOutputStream();
        if (i % 2 == 0) {
          out.write(PREFACE);
          out.write(SETTINGS);
        }
        out.write(garbage);
        out.flush();
        socket.shutdownOutput();
        socket.setSoTimeout(5_000);
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException _) {
        // The server may hang up on garbage whenever it wants.
      }
    }
  }

  private static void sendMalformedCalls(int port) throws Exception {
    byte[] message = StringValue.of("oi").toByteArray();
    List<byte[]> malformed =
        List.of(
            framed(2, message),
            framed(1, message),
            framed(0, 10, message),
            framed(0, Integer.MAX_VALUE, message));
    try (RawClient client = new RawClient(port)) {
      for (int i = 0; i < CALLS; i++) {
        var _ =
            client.call(
                i % 2 == 0 ? "test.Echo/Say" : "test.Echo/Chat",
                List.of(),
                true,
                malformed.get(i % malformed.size()));
      }
      var _ = client.call("test.Echo/None", List.of(), true, framed(0, message));
    }
  }

  private static int port(BufferedReader output, List<String> lines) throws IOException {
    String line;
    while ((line = output.readLine()) != null) {
      lines.add(line);
      Matcher serving = SERVING.matcher(line);
      if (serving.find()) {
        return Integer.parseInt(serving.group(1));
      }
    }
    throw new AssertionError("ended: " + lines);
  }

  private static Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-classpath",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                EchoMain.class.getName())
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "MINHA_CARONA_AUTHENTICATION", "off",
                "MINHA_CARONA_PORT", "0",
                "MINHA_CARONA_DYNAMODB_ENDPOINT", "http://127.0.0.1:1",
                "MINHA_CARONA_WARM_UP_CALLS", "0",
                "MINHA_CARONA_DRAIN_DELAY_MS", "1"));
    return builder.start();
  }
}
