package com.minhacarona.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.testing.EchoMain;
import com.minhacarona.runtime.testing.Pki;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes whose certificates come from the environment, as secrets do. */
@Tag("process")
class TlsProcessTest {
  private static final Pattern SERVING = Pattern.compile("Serving on port (\\d+)");
  private static final Pki PKI = new Pki();
  private static final Pki.Signed FIRST = PKI.server();

  @Test
  void theProbe_asksOverTls_theServerOfItsOwnEnvironment() throws Exception {
    Process server = start(FIRST.pem(), FIRST.keyPem(), "0");
    try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
      String port = port(output);
      // A busy machine may be slower than the probe is patient.
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(probe(FIRST, port)).isEqualTo("SERVING, 0"));
      assertThat(probe(PKI.server(), port)).startsWith("Status{code=UNAVAILABLE").endsWith(", 1");
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  @Test
  void aBadCertificate_letsNothingStart_andIsOneLine() throws Exception {
    Process server = start(FIRST.pem(), PKI.server().keyPem(), "0");
    assertThat(new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
        .last()
        .isEqualTo(
            "Cannot start: MINHA_CARONA_TLS_KEY is not the key of MINHA_CARONA_TLS_CERTIFICATE");
    assertThat(server.waitFor()).isEqualTo(1);
  }

  private static String probe(Pki.Signed signed, String port) throws Exception {
    Process probe = start(signed.pem(), signed.keyPem(), port, "--probe");
    String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said.strip() + ", " + probe.waitFor();
  }

  private static String port(BufferedReader output) throws IOException {
    StringBuilder said = new StringBuilder();
    String line;
    while ((line = output.readLine()) != null) {
      said.append(line).append('\n');
      Matcher serving = SERVING.matcher(line);
      if (serving.find()) {
        return serving.group(1);
      }
    }
    throw new AssertionError(said);
  }

  private static Process start(String certificate, String key, String port, String... args)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                EchoMain.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "MINHA_CARONA_AUTHENTICATION",
                "off",
                "MINHA_CARONA_PORT",
                port,
                "MINHA_CARONA_TLS_CERTIFICATE",
                certificate,
                "MINHA_CARONA_TLS_KEY",
                key,
                "MINHA_CARONA_DYNAMODB_ENDPOINT",
                "http://127.0.0.1:1",
                "MINHA_CARONA_DRAIN_DELAY_MS",
                "1"));
    return builder.start();
  }
}
