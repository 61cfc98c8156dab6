package com.minhacarona.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@link LocalMain} in a process of its own, on free ports, started by its real {@code main}. */
final class LocalProcess implements AutoCloseable {
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  private static final long STOP_SECONDS = 60;

  /** Longer than any test takes; one that goes on is killed. */
  private static final long LIFE_SECONDS = 120;

  private final Process process;
  private final BufferedReader output;
  private final List<String> said = new ArrayList<>();

  private LocalProcess(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  static LocalProcess start(List<String> jvmOptions, Map<String, String> settings) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-classpath", CLASS_PATH, LocalMain.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "MINHA_CARONA_CARONA_PORT", "0",
                "MINHA_CARONA_RESERVA_PORT", "0",
                "MINHA_CARONA_METRICS_PORT", "0"));
    builder.environment().putAll(settings);
    try {
      Process process = builder.start();
      // Ends the reading of its output as well.
      CompletableFuture.delayedExecutor(LIFE_SECONDS, TimeUnit.SECONDS)
          .execute(process::destroyForcibly);
      return new LocalProcess(process);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads on until a line contains this; all lines up to it. */
  List<String> awaitLine(String part) throws IOException {
    String line;
    while ((line = output.readLine()) != null) {
      said.add(line);
      if (line.contains(part)) {
        return said;
      }
    }
    throw new IllegalStateException("it ended: " + String.join("\n", said));
  }

  /** Sends SIGTERM, by the handle because the process would also close its output. */
  LocalProcess terminate() {
    process.toHandle().destroy();
    return this;
  }

  /** The exit code, once the process has ended by itself or after {@link #terminate}. */
  int awaitExit() throws IOException, InterruptedException {
    output.lines().forEach(said::add);
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it did not stop in time: " + String.join("\n", said));
    }
    return process.exitValue();
  }

  /** All that it has written and was read here. */
  List<String> said() {
    return said;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
