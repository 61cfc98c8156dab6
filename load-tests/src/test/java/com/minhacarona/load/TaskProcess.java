package com.minhacarona.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a service in a process of its own, like a task of the deployment. */
public final class TaskProcess implements AutoCloseable {
  private static final Pattern SERVING =
      Pattern.compile("Serving on port (\\d+)(?:, and for client certificates on port (\\d+))?");
  private static final Pattern LIVE_BYTES = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");
  private static final Path JDK_TOOLS = Path.of(System.getProperty("java.home"), "bin");
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  private static final long STOP_SECONDS = 60;

  /**
   * For tests, which ask what a service does and not how fast: it starts without warming up, and
   * its JVM compiles no more than it must.
   */
  private static final Map<String, String> FAST_START =
      Map.of(
          "MINHA_CARONA_WARM_UP_CALLS", "0",
          "JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");

  /** How many of its last lines are kept, for the message of a failure. */
  private static final int LAST_WORDS = 20;

  private final Process process;
  private final int port;
  private final int mtlsPort;
  private final Consumer<String> lines;
  private final Thread reader;
  private final Deque<String> lastWords = new ConcurrentLinkedDeque<>();

  private TaskProcess(
      Process process, MatchResult serving, BufferedReader output, Consumer<String> lines) {
    this.process = process;
    this.port = Integer.parseInt(serving.group(1));
    this.mtlsPort = Integer.parseInt(Objects.requireNonNullElse(serving.group(2), "0"));
    this.lines = lines;
    this.reader = Thread.ofVirtual().start(() -> drain(output));
  }

  static TaskProcess carona(URI dynamoDb, String table) {
    return carona(dynamoDb, table, Map.of());
  }

  /** Environment variables for a test, with those that make the service start fast. */
  public static Map<String, String> forATest(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(FAST_START);
    all.putAll(settings);
    return all;
  }

  /** With these environment variables added to the usual ones. */
  public static TaskProcess carona(URI dynamoDb, String table, Map<String, String> settings) {
    return carona(dynamoDb, table, settings, _ -> {});
  }

  /** As the others, and hands on each line that the service writes once it is serving. */
  static TaskProcess carona(
      URI dynamoDb, String table, Map<String, String> settings, Consumer<String> lines) {
    return start("com.minhacarona.carona.CaronaMain", dynamoDb, table, settings, lines);
  }

  static TaskProcess reserva(URI dynamoDb, String table) {
    return reserva(dynamoDb, table, Map.of());
  }

  /** With these environment variables added to the usual ones. */
  public static TaskProcess reserva(URI dynamoDb, String table, Map<String, String> settings) {
    return reserva(dynamoDb, table, settings, _ -> {});
  }

  /** As the others, and hands on each line that the service writes once it is serving. */
  public static TaskProcess reserva(
      URI dynamoDb, String table, Map<String, String> settings, Consumer<String> lines) {
    return start("com.minhacarona.reserva.ReservaMain", dynamoDb, table, settings, lines);
  }

  /** Returns once the service is serving. */
  private static TaskProcess start(
      String main,
      URI dynamoDb,
      String table,
      Map<String, String> settings,
      Consumer<String> lines) {
    return start(
        List.of(
            tool("java"),
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx256m",
            "-Dlogback.configurationFile=logback.xml",
            "-classpath",
            CLASS_PATH,
            main),
        dynamoDb,
        table,
        settings,
        lines);
  }

  /** Starts a service by a command line of the caller's. */
  static TaskProcess start(
      List<String> command, URI dynamoDb, String table, Map<String, String> settings) {
    return start(command, dynamoDb, table, settings, _ -> {});
  }

  private static TaskProcess start(
      List<String> command,
      URI dynamoDb,
      String table,
      Map<String, String> settings,
      Consumer<String> lines) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "MINHA_CARONA_AUTHENTICATION", "off",
                "MINHA_CARONA_PORT", "0",
                "MINHA_CARONA_DYNAMODB_ENDPOINT", dynamoDb.toString(),
                "MINHA_CARONA_TABLE", table,
                "MINHA_CARONA_DRAIN_DELAY_MS", "1000",
                // Generous, because DynamoDB Local shares the machine with the services.
                "MINHA_CARONA_DYNAMODB_READ_ATTEMPT_MS", "5000",
                "MINHA_CARONA_DYNAMODB_TRANSACTION_ATTEMPT_MS", "5000"));
    builder.environment().putAll(settings);
    try {
      Process process = builder.start();
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      List<String> said = new ArrayList<>();
      String line;
      while ((line = output.readLine()) != null) {
        said.add(line);
        Matcher serving = SERVING.matcher(line);
        if (serving.find()) {
          return new TaskProcess(process, serving.toMatchResult(), output, lines);
        }
      }
      throw new IllegalStateException(command + " ended: " + String.join("\n", said));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks the task on this port like its container does, and returns the exit code. */
  static int probe(int port) throws IOException, InterruptedException {
    return probe(port, Map.of());
  }

  /** The same with these environment variables, which are those of the task. */
  static int probe(int port, Map<String, String> settings)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                tool("java"),
                "-classpath",
                CLASS_PATH,
                "com.minhacarona.reserva.ReservaMain",
                "--probe")
            .redirectErrorStream(true);
    builder.environment().putAll(FAST_START);
    builder.environment().putAll(settings);
    builder.environment().put("MINHA_CARONA_PORT", Integer.toString(port));
    Process probe = builder.start();
    probe.getInputStream().transferTo(OutputStream.nullOutputStream());
    return probe.waitFor();
  }

  /** Reads the output, because a process stops when the pipe of its output is full. */
  private void drain(BufferedReader output) {
    try {
      String line;
      while ((line = output.readLine()) != null) {
        lines.accept(line);
        lastWords.addLast(line);
        if (lastWords.size() > LAST_WORDS) {
          lastWords.removeFirst();
        }
      }
    } catch (IOException _) {
      // The process was ended by force.
    }
  }

  public int port() {
    return port;
  }

  /** The port that requires client certificates; 0 when there is none. */
  int mtlsPort() {
    return mtlsPort;
  }

  /** The processor time that it has used, in steps of 10 ms on Linux. */
  public Duration processorTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /**
   * Sends SIGTERM. {@link Process#destroy} would also close the output, to which the process may
   * still write.
   */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Sends a signal by its name, such as {@code STOP} and {@code CONT}. */
  public void signal(String name) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    if (new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("no process took " + name);
    }
  }

  /** Waits for the end of the process, and returns its exit code. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it did not stop in time: " + lastWords());
    }
    reader.join();
    return process.exitValue();
  }

  /** Whether it has not ended, by itself or by force. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The last lines that it has written. */
  public String lastWords() {
    return String.join("\n", lastWords);
  }

  /** The bytes of all live objects on the heap, after a garbage collection. */
  public long liveBytes() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(tool("jcmd"), Long.toString(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    jcmd.waitFor();
    Matcher total = LIVE_BYTES.matcher(histogram);
    if (!total.find()) {
      throw new IllegalStateException(histogram);
    }
    return Long.parseLong(total.group(1));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static String tool(String name) {
    return JDK_TOOLS.resolve(name).toString();
  }
}
