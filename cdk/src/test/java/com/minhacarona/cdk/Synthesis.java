package com.minhacarona.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Stage;
import software.amazon.awscdk.cxapi.CloudAssembly;

/** What comes out of the CDK: one synthesis of everything, for all tests. */
final class Synthesis {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** With what is deployed. */
  static final Synthesis DEPLOYED = deployed();

  private final Map<String, JsonNode> templates = new TreeMap<>();
  private final Path directory;

  private Synthesis(App app) {
    CloudAssembly assembly = app.synth();
    directory = Path.of(assembly.getDirectory());
    add(assembly);
    app.getNode().getChildren().stream()
        .filter(Stage.class::isInstance)
        .forEach(stage -> add(assembly.getNestedAssembly("assembly-" + stage.getNode().getId())));
  }

  private static Synthesis deployed() {
    App app = app();
    try {
      MinhaCaronaApp.addTo(app);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Synthesis(app);
  }

  /** With one environment that is like another but for something. */
  static Synthesis of(EnvironmentConfig config) throws IOException {
    App app = app();
    new EnvironmentStage(app, config, taskDefinition());
    return new Synthesis(app);
  }

  static TaskDefinitionFile taskDefinition() throws IOException {
    return TaskDefinitionFile.read(MinhaCaronaApp.ROOT.resolve("ecs-task-def.json"));
  }

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With the settings that the command line gives it. */
  private static App app() {
    Map<String, Object> context =
        JSON.convertValue(
            json(Path.of("cdk.json")).get("context"),
            JSON.getTypeFactory().constructMapType(Map.class, String.class, Object.class));
    return new App(AppProps.builder().context(context).build());
  }

  private void add(CloudAssembly assembly) {
    assembly
        .getStacks()
        .forEach(stack ->
            templates.put(stack.getStackName(), json(Path.of(stack.getTemplateFullPath()))));
  }

  Map<String, JsonNode> templates() {
    return templates;
  }

  /** The resources of a type, by logical id, as they are written in the stack's template. */
  Map<String, JsonNode> resources(String stack, String type) {
    Map<String, JsonNode> found = new TreeMap<>();
    templates
        .get(stack)
        .get("Resources")
        .properties()
        .forEach(r -> {
          if (r.getValue().get("Type").asText().equals(type)) {
            found.put(r.getKey(), r.getValue());
          }
        });
    return found;
  }

  /** Their properties. */
  List<JsonNode> properties(String stack, String type) {
    return resources(stack, type).values().stream().map(r -> r.path("Properties")).toList();
  }

  /** The properties of the stack's only resource of a type. */
  JsonNode only(String stack, String type) {
    List<JsonNode> all = properties(stack, type);
    if (all.size() != 1) {
      throw new AssertionError("%d of %s in %s".formatted(all.size(), type, stack));
    }
    return all.getFirst();
  }

  /** The lines of cdk-nag's reports, without their heads. */
  List<String> nagLines() throws IOException {
    List<String> lines = new ArrayList<>();
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith("NagReport.csv")).toList()) {
        lines.addAll(Files.readAllLines(file).stream().skip(1).toList());
      }
    }
    return lines;
  }
}
