package com.minhacarona.load;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client that has nothing but the gRPC of its language, in a process of its own. The sources are
 * in {@code clients}; what they need is installed under {@code target}.
 */
final class StockClient {
  private static final Path SOURCES = Path.of("clients").toAbsolutePath();
  private static final Path INSTALLED = Path.of("target", "clients").toAbsolutePath();

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;

  private StockClient(String name, List<String> command, Map<String, String> environment) {
    this.name = name;
    this.command = command;
    this.environment = environment;
  }

  static StockClient java() {
    return new StockClient(
        "grpc-java",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-Dlogback.configurationFile=logback-test.xml",
            "-Xmx128m",
            "-classpath",
            System.getProperty("java.class.path"),
            RetryClient.class.getName()),
        Map.of());
  }

  /**
   * The client for grpcio, ready to run.
   *
   * @throws IOException when this machine cannot build it
   */
  static StockClient python() throws IOException {
    Path packages = Files.createDirectories(INSTALLED.resolve("python"));
    run(
        SOURCES.resolve("python"),
        Map.of(),
        List.of(
            "python3",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--upgrade",
            "--target",
            packages.toString(),
            "--requirement",
            "requirements.txt"));
    return new StockClient(
        "grpcio",
        List.of("python3", "-B", SOURCES.resolve("python/client.py").toString()),
        Map.of("PYTHONPATH", packages.toString()));
  }

  /**
   * The client for grpc-go, ready to run.
   *
   * @throws IOException when this machine cannot build it
   */
  static StockClient go() throws IOException {
    Path folder = Files.createDirectories(INSTALLED.resolve("go"));
    String binary = folder.resolve("client").toString();
    run(
        SOURCES.resolve("go"),
        // Without modcacherw, nobody could delete what was downloaded.
        Map.of(
            "GOFLAGS", "-modcacherw -buildvcs=false",
            "GOMODCACHE", folder.resolve("modules").toString(),
            "GOCACHE", folder.resolve("cache").toString()),
        List.of("go", "build", "-o", binary, "."));
    return new StockClient("grpc-go", List.of(binary), Map.of());
  }

  /**
   * The client for @grpc/grpc-js, ready to run.
   *
   * @throws IOException when this machine cannot build it
   */
  static StockClient node() throws IOException {
    Path folder = Files.createDirectories(INSTALLED.resolve("node"));
    for (String file : List.of("client.js", "package.json", "package-lock.json")) {
      Files.writeString(
          folder.resolve(file), Files.readString(SOURCES.resolve("node").resolve(file)));
    }
    run(
        folder,
        Map.of(),
        List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"));
    return new StockClient(
        "@grpc/grpc-js", List.of("node", folder.resolve("client.js").toString()), Map.of());
  }

  String name() {
    return name;
  }

  /** The condominium that its calls are bound to, by which the service's lines tell them apart. */
  String condominio() {
    return name.replace("@grpc/", "");
  }

  /** Begins to call; the arguments are told in {@code clients/README.md}. */
  Running start(String target, Path contract, Path serviceConfig, int perSecond, int seconds)
      throws IOException {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(
        List.of(
            target,
            contract.toString(),
            serviceConfig.toString(),
            condominio(),
            Integer.toString(perSecond),
            Integer.toString(seconds)));
    return new Running(this, process(INSTALLED, environment, whole).start());
  }

  private static void run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    Process process = process(folder, environment, command).start();
    process.getInputStream().transferTo(System.err);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ProcessBuilder process(
      Path folder, Map<String, String> environment, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return builder;
  }

  /** A client that calls. */
  record Running(StockClient client, Process process) {
    /** How many calls ended with which status, once all have. */
    Map<String, Integer> ended() throws IOException, InterruptedException {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(client.name() + " failed: " + output);
      }
      // Libraries may have written warnings before it.
      String line = output.lines().reduce("", (_, last) -> last);
      return new TreeMap<>(new Gson().fromJson(line, new TypeToken<Map<String, Integer>>() {}));
    }
  }
}
