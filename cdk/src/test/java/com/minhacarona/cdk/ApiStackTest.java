package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApiStackTest {
  private static final String PRODUCTION = "minha-carona-production-api";
  private static final String STAGING = "minha-carona-staging-api";
  private static final String FUNCTION = "AWS::Lambda::Function";
  private static final String OUR_PREFIX = "MINHA_CARONA_";
  private static final Path API = MinhaCaronaApp.ROOT.resolve("api");

  /** What the API reads and AWS needs no value for; each has a reason. */
  private static final Set<String> NOT_SET =
      Set.of(
          // Both services are behind one name.
          "RESERVA_TARGET",
          // The secret's ARN is set instead, or everybody who sees the function sees the secret.
          "API_CLIENT_SECRET",
          // AWS's own.
          "DYNAMODB_ENDPOINT",
          "SQS_ENDPOINT");

  static List<EnvironmentConfig> environments() {
    return EnvironmentConfig.ALL;
  }

  /** In {@code settings.py}, every reading of a variable names it: {@code reader.text("TABLE")}. */
  @ParameterizedTest
  @MethodSource("environments")
  void everySettingOfTheApi_isSet_orNeedNotBe(EnvironmentConfig config) throws IOException {
    String settings = Files.readString(API.resolve("src/minhacarona_api/settings.py"));
    Set<String> read = new TreeSet<>();
    Pattern.compile("(?:reader|self)\\s*\\.(?!wrong|off)\\w+\\(\\s*\"([A-Z_]+)\"")
        .matcher(settings)
        .results()
        .forEach(reading -> read.add(reading.group(1)));
    assertThat(read).hasSizeGreaterThan(NOT_SET.size()).containsAll(NOT_SET);
    Set<String> expected = new TreeSet<>();
    read.stream()
        .filter(name -> !NOT_SET.contains(name))
        .forEach(name -> expected.add(OUR_PREFIX + name));
    // For gRPC itself.
    expected.add("GRPC_VERBOSITY");
    Set<String> set = new TreeSet<>();
    variables(config.named("api")).fieldNames().forEachRemaining(set::add);
    assertThat(set).isEqualTo(expected);
  }

  @Test
  void theApi_callsTheLoadBalancer_andBelievesTokensOfItsOwnPoolOnly() {
    JsonNode variables = variables(PRODUCTION);
    assertThat(variables.get("MINHA_CARONA_API_AUTHENTICATION").asText()).isEqualTo("required");
    assertThat(variables.get("MINHA_CARONA_TARGET").toString()).contains("dns:///", ":443");
    JsonNode jwt =
        Synthesis.DEPLOYED
            .only(PRODUCTION, "AWS::ApiGatewayV2::Authorizer")
            .get("JwtConfiguration");
    assertThat(jwt.get("Issuer")).isEqualTo(variables.get("MINHA_CARONA_API_ISSUER"));
    assertThat(jwt.get("Audience")).containsExactly(variables.get("MINHA_CARONA_API_AUDIENCES"));
    assertThat(variables.get("MINHA_CARONA_API_TOKEN_ENDPOINT").toString())
        .contains(".auth.sa-east-1.amazoncognito.com/oauth2/token");
  }

  @Test
  void whatTheFunctionRuns_isWhatIsPacked() throws IOException {
    JsonNode function = Synthesis.DEPLOYED.only(PRODUCTION, FUNCTION);
    String python = function.get("Runtime").asText().substring("python".length());
    String machine = function.at("/Architectures/0").asText();
    assertThat(Files.readString(API.resolve("package")))
        .contains("version=${1:-%s}".formatted(python), "machines=(" + machine);
    assertThat(Files.readString(API.resolve("README.md")))
        .contains("`%s`".formatted(function.get("Handler").asText()))
        .contains("Give it %d MB".formatted(function.get("MemorySize").asInt()));
    assertThat(Files.readString(MinhaCaronaApp.ROOT.resolve(".github/workflows/deploy.yaml")))
        .contains("api/package %s %s".formatted(python, machine), "--key \"api/$VERSION.zip\"");
    assertThat(function.at("/Code/S3Key").toString()).contains("api/", "Version", ".zip");
    assertThat(function.at("/Code/S3Bucket").toString()).contains("minha-carona-functions-");
  }

  @ParameterizedTest
  @MethodSource("environments")
  void theFunction_answersBeforeTheGatewayGivesUp_alsoWhenItHasToStart(EnvironmentConfig config) {
    JsonNode function = Synthesis.DEPLOYED.only(config.named("api"), FUNCTION);
    int gateway =
        Synthesis.DEPLOYED
            .only(config.named("api"), "AWS::ApiGatewayV2::Integration")
            .path("TimeoutInMillis")
            .asInt(30_000);
    // Lambda gives a process ten seconds to start.
    assertThat(function.get("Timeout").asInt()).isBetween(10, gateway / 1_000 - 10);
    assertThat(function.at("/TracingConfig/Mode").asText()).isEqualTo("Active");
    assertThat(function.get("ReservedConcurrentExecutions").asInt())
        .isEqualTo(config.api().concurrency());
    assertThat(function.at("/LoggingConfig/LogGroup").isMissingNode()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("environments")
  void theFunction_isInPrivateSubnets_opensHttpsOnly_andNobodyReachesIt(EnvironmentConfig config) {
    String stack = config.named("api");
    JsonNode group = Synthesis.DEPLOYED.only(stack, "AWS::EC2::SecurityGroup");
    assertThat(group.path("SecurityGroupIngress")).isEmpty();
    assertThat(group.get("SecurityGroupEgress"))
        .extracting(rule -> rule.get("FromPort").asInt(), rule -> rule.get("ToPort").asInt())
        .containsExactly(org.assertj.core.groups.Tuple.tuple(443, 443));
    JsonNode network = Synthesis.DEPLOYED.only(stack, FUNCTION).get("VpcConfig");
    assertThat(network.get("SubnetIds"))
        .hasSize(3)
        .allSatisfy(subnet -> assertThat(subnet.toString()).contains("vpcprivateSubnet"));
    assertThat(network.get("SecurityGroupIds")).hasSize(1);
    // Without a way out it would reach no key of the issuer.
    assertThat(routesOut(config.named("network"))).isEqualTo(3);
  }

  private static long routesOut(String network) {
    return Synthesis.DEPLOYED.resources(network, "AWS::EC2::Route").entrySet().stream()
        .filter(route -> route.getKey().contains("private"))
        .map(route -> route.getValue().get("Properties"))
        .filter(route -> route.has("NatGatewayId") || route.has("InstanceId"))
        .filter(route -> route.get("DestinationCidrBlock").asText().equals("0.0.0.0/0"))
        .count();
  }

  @Test
  void whereTheIssuerCannotBeReached_thereIsNoApi() throws IOException {
    Synthesis synthesis =
        Synthesis.of(Configs.egress(EnvironmentConfig.STAGING, Egress.INTERFACE_ENDPOINTS));
    assertThat(synthesis.templates()).doesNotContainKey(STAGING);
    assertThat(synthesis.templates().get("minha-carona-staging-operations").toString())
        .doesNotContain("api-failures");
  }

  @ParameterizedTest
  @MethodSource("environments")
  void everyRoute_asksForAToken_andOnlyTheGatewayInvokes(EnvironmentConfig config) {
    String stack = config.named("api");
    assertThat(Synthesis.DEPLOYED.properties(stack, "AWS::ApiGatewayV2::Route"))
        .isNotEmpty()
        .allSatisfy(route -> {
          assertThat(route.get("AuthorizationType").asText()).isEqualTo("JWT");
          assertThat(route.has("AuthorizerId")).isTrue();
        });
    JsonNode permission = Synthesis.DEPLOYED.only(stack, "AWS::Lambda::Permission");
    assertThat(permission.get("Principal").asText()).isEqualTo("apigateway.amazonaws.com");
    assertThat(permission.get("SourceArn").toString()).contains("execute-api", "gateway");
    assertThat(Synthesis.DEPLOYED.properties(stack, "AWS::Lambda::Url")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("environments")
  void theStage_letsInNoMoreThanIsConfigured_andLogsWithoutPersonalData(EnvironmentConfig config)
      throws IOException {
    JsonNode stage = Synthesis.DEPLOYED.only(config.named("api"), "AWS::ApiGatewayV2::Stage");
    JsonNode limits = stage.get("DefaultRouteSettings");
    assertThat(limits.get("ThrottlingRateLimit").asInt()).isEqualTo(config.api().rate());
    assertThat(limits.get("ThrottlingBurstLimit").asInt()).isEqualTo(config.api().burst());
    JsonNode line = new ObjectMapper().readTree(stage.at("/AccessLogSettings/Format").asText());
    assertThat(line.fieldNames()).toIterable().contains("request_id", "status", "duration_ms");
    assertThat(line.toString()).doesNotContain("sourceIp", "path", "claims", "userAgent");
    assertThat(Synthesis.DEPLOYED.properties(config.named("api"), "AWS::Logs::LogGroup"))
        .hasSize(2)
        .allSatisfy(group -> assertThat(group.has("RetentionInDays")).isTrue());
  }

  @Test
  void scriptsOfTheApp_maySendAndReadWhatTheContractHas_andOfNoOtherPage() throws IOException {
    JsonNode cors =
        Synthesis.DEPLOYED.only(PRODUCTION, "AWS::ApiGatewayV2::Api").get("CorsConfiguration");
    assertThat(cors.get("AllowOrigins"))
        .extracting(JsonNode::asText)
        .containsExactly("https://minhacarona.com.br");
    JsonNode paths = Synthesis.json(API.resolve("openapi.json")).get("paths");
    Set<String> methods = new TreeSet<>();
    Set<String> sent = new TreeSet<>(Set.of("authorization", "content-type"));
    paths.forEach(path ->
        path.properties()
            .forEach(operation -> {
              methods.add(operation.getKey().toUpperCase(java.util.Locale.ROOT));
              operation
                  .getValue()
                  .path("parameters")
                  .valueStream()
                  .filter(p -> p.get("in").asText().equals("header"))
                  .forEach(p -> sent.add(p.get("name").asText()));
            }));
    assertThat(cors.get("AllowMethods"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(methods);
    assertThat(cors.get("AllowHeaders")).extracting(JsonNode::asText).containsAll(sent);
    Set<String> answered = new TreeSet<>();
    Pattern header = Pattern.compile("\"(ETag|Link|Location|Preference-Applied|Retry-After)\"");
    try (Stream<Path> files = Files.list(API.resolve("src/minhacarona_api"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".py")).toList()) {
        header
            .matcher(Files.readString(file))
            .results()
            .forEach(h -> answered.add(h.group(1).toLowerCase(java.util.Locale.ROOT)));
      }
    }
    assertThat(answered).hasSize(5);
    assertThat(cors.get("ExposeHeaders")).extracting(JsonNode::asText).containsAll(answered);
  }

  @Test
  void production_hasANameOfItsOwn_andNoOther() {
    JsonNode domain = Synthesis.DEPLOYED.only(PRODUCTION, "AWS::ApiGatewayV2::DomainName");
    assertThat(domain.get("DomainName").asText()).isEqualTo("api.minhacarona.com.br");
    assertThat(domain.at("/DomainNameConfigurations/0/SecurityPolicy").asText())
        .isEqualTo("TLS_1_2");
    assertThat(
            Synthesis.DEPLOYED
                .only(PRODUCTION, "AWS::ApiGatewayV2::Api")
                .get("DisableExecuteApiEndpoint")
                .asBoolean())
        .isTrue();
    assertThat(Synthesis.DEPLOYED.properties(STAGING, "AWS::ApiGatewayV2::DomainName")).isEmpty();
    // Callers of production find recovery under the same name, once the DNS says so.
    assertThat(
            Synthesis.DEPLOYED
                .only("minha-carona-recovery-api", "AWS::ApiGatewayV2::DomainName")
                .get("DomainName"))
        .isEqualTo(domain.get("DomainName"));
  }

  @Test
  void theSecret_isTheOneThatCognitoMade_andNotInTheFunction() {
    JsonNode secret =
        Synthesis.DEPLOYED.only("minha-carona-production-identity", "AWS::SecretsManager::Secret");
    assertThat(secret.at("/SecretString/Fn::GetAtt/0").asText()).contains("publicapi");
    assertThat(secret.at("/SecretString/Fn::GetAtt/1").asText()).isEqualTo("ClientSecret");
    assertThat(variables(PRODUCTION).get("MINHA_CARONA_API_CLIENT_SECRET_ARN").toString())
        .contains("minha-carona-production-identity:ExportsOutputRefpublicapisecret");
  }

  private static JsonNode variables(String stack) {
    return Synthesis.DEPLOYED.only(stack, FUNCTION).at("/Environment/Variables");
  }
}
