package com.minhacarona.local.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import com.minhacarona.carona.CaronaConfig;
import com.minhacarona.carona.CaronaModule;
import com.minhacarona.carona.UpdatesModule;
import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.reserva.ReservaModule;
import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.call.MethodTraits;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.metrics.MetricsConfig;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.process.Injectors;
import com.minhacarona.runtime.server.GrpcServerConfig;
import com.minhacarona.runtime.server.ServiceConfig;
import com.minhacarona.runtime.server.ServiceModule;
import com.minhacarona.runtime.tracing.TracingConfig;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Wherever all RPCs are listed, each RPC of the contract is, and no other. */
class EveryRpcTest {
  private static final String ADD_AN_RPC = "CONTRIBUTING, Add an RPC";

  /** A row of the README's table of calls. */
  private static final Pattern ROW = Pattern.compile("^\\| `(\\w+/\\w+)` \\|", Pattern.MULTILINE);

  /** RPCs for which the method of {@code MinhaCaronaClient} has another name, with that name. */
  private static final Map<String, String> CLIENT_NAMES =
      Map.of("StreamCaronasUpdates", "watchCaronas");

  @Test
  void everyRpc_hasTraits() {
    assertThat(
            traits(
                new CaronaModule(CaronaConfig.from(new Environment(Map.of()))),
                new UpdatesModule(),
                new DynamoDbStreamsFeedModule()))
        .as("CaronaModule and UpdatesModule, method(…): %s", ADD_AN_RPC)
        .containsExactlyInAnyOrderElementsOf(
            names(CaronaServiceGrpc.getServiceDescriptor().getMethods()));
    assertThat(traits(new ReservaModule()))
        .as("ReservaModule, method(…): %s", ADD_AN_RPC)
        .containsExactlyInAnyOrderElementsOf(
            names(ReservaServiceGrpc.getServiceDescriptor().getMethods()));
  }

  @Test
  void everyRpc_isInTheServiceConfig() throws IOException {
    Set<String> configured = new TreeSet<>();
    JsonObject config =
        json("../proto/src/main/resources/com/minhacarona/client/service-config.json");
    for (JsonElement method : config.getAsJsonArray("methodConfig")) {
      for (JsonElement name : method.getAsJsonObject().getAsJsonArray("name")) {
        configured.add(
            name.getAsJsonObject().get("service").getAsString()
                + "/"
                + name.getAsJsonObject().get("method").getAsString());
      }
    }
    assertThat(configured)
        .as("service-config.json: %s", ADD_AN_RPC)
        .containsExactlyElementsOf(rpcs());
  }

  @Test
  void everyRpc_isInTheReadmesTable() throws IOException {
    assertThat(ROW.matcher(Files.readString(Path.of("../README.md"))).results())
        .map(row -> "minhacarona.v1." + row.group(1))
        .as("README.md, the table of calls: %s", ADD_AN_RPC)
        .containsExactlyInAnyOrderElementsOf(rpcs());
  }

  @Test
  void everyRpc_hasItsCapacityMeasured() throws IOException {
    assertThat(
            json("../docs/operations/capacity.json").keySet().stream()
                .map(call -> call.replaceFirst(",.*", ""))
                .collect(Collectors.toSet()))
        .as("docs/operations/capacity.json: %s", ADD_AN_RPC)
        .containsExactlyInAnyOrderElementsOf(bareNames());
  }

  @Test
  void everyRpc_isCalledByTheTrainingRun() throws IOException {
    String training =
        Files.readString(
            Path.of("../load-tests/src/test/java/com/minhacarona/load/TrainingRun.java"));
    for (String rpc : bareNames()) {
      String own = Character.toLowerCase(rpc.charAt(0)) + rpc.substring(1);
      assertThat(
              Pattern.compile("\\." + CLIENT_NAMES.getOrDefault(rpc, own) + "\\(")
                  .matcher(training)
                  .results()
                  .map(MatchResult::group))
          .as("TrainingRun.java trains the image with %s: %s", rpc, ADD_AN_RPC)
          .isNotEmpty();
    }
  }

  @Test
  void everyRpc_hasAScenarioOfLoad() throws IOException {
    try (Stream<Path> scenarios = Files.list(Path.of("../load-tests/ghz/scenarios"))) {
      assertThat(scenarios.map(EveryRpcTest::call))
          .as("load-tests/ghz/scenarios: %s", ADD_AN_RPC)
          .containsExactlyInAnyOrderElementsOf(rpcs());
    }
  }

  @Test
  void everyRpc_isInTheBaselineOfTheContract() throws IOException {
    Set<String> baseline = new TreeSet<>();
    for (JsonElement file : json("../proto/baseline.json").getAsJsonArray("file")) {
      String name = file.getAsJsonObject().get("package").getAsString();
      for (JsonElement service : list(file, "service")) {
        for (JsonElement method : list(service, "method")) {
          baseline.add("%s.%s/%s".formatted(name, text(service, "name"), text(method, "name")));
        }
      }
    }
    assertThat(baseline)
        .as("proto/baseline.json: %s", ADD_AN_RPC)
        .containsExactlyElementsOf(rpcs());
  }

  private static Set<String> rpcs() {
    return new TreeSet<>(
        Stream.of(
                CaronaServiceGrpc.getServiceDescriptor(), ReservaServiceGrpc.getServiceDescriptor())
            .flatMap(service -> service.getMethods().stream())
            .map(MethodDescriptor::getFullMethodName)
            .toList());
  }

  private static List<String> bareNames() {
    return rpcs().stream().map(rpc -> rpc.replaceFirst(".*/", "")).toList();
  }

  private static List<String> names(Collection<MethodDescriptor<?, ?>> methods) {
    return methods.stream().map(MethodDescriptor::getFullMethodName).toList();
  }

  /** The methods of which a service's features tell the runtime how to treat them. */
  private static List<String> traits(Module... features) {
    ServiceConfig config =
        new ServiceConfig(
            GrpcServerConfig.from(new Environment(Map.of())),
            AuthConfig.OPEN,
            DynamoDbConfig.from(new Environment(Map.of("AWS_REGION", "sa-east-1")), "none"),
            MetricsConfig.unpublished("house"),
            TracingConfig.untraced("house"));
    Injector injector =
        Injectors.create(
            Stream.concat(Stream.of(features), Stream.of(new ServiceModule(config))).toList());
    return injector.getInstance(Key.get(new TypeLiteral<Set<MethodTraits>>() {})).stream()
        .map(traits -> traits.method().getFullMethodName())
        .toList();
  }

  private static String call(Path scenario) {
    try {
      return text(json(scenario.toString()), "call");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject json(String file) throws IOException {
    return JsonParser.parseString(Files.readString(Path.of(file))).getAsJsonObject();
  }

  private static JsonArray list(JsonElement object, String name) {
    JsonArray list = object.getAsJsonObject().getAsJsonArray(name);
    return list == null ? new JsonArray() : list;
  }

  private static String text(JsonElement object, String name) {
    return object.getAsJsonObject().get(name).getAsString();
  }
}
