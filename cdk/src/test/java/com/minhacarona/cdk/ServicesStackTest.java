package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServicesStackTest {
  private static final String PRODUCTION = "minha-carona-production-services";
  private static final String GROUP = "AWS::EC2::SecurityGroup";
  private static final String SMALL = "minha-carona-small-services";
  private static final String STAGING = "minha-carona-staging-services";

  @Test
  void theListener_takesTls_andForwardsEachServicesPathToItsTasks() {
    JsonNode listener =
        Synthesis.DEPLOYED.only(PRODUCTION, "AWS::ElasticLoadBalancingV2::Listener");
    assertThat(listener.get("Protocol").asText()).isEqualTo("HTTPS");
    assertThat(listener.get("Port").asInt()).isEqualTo(443);
    assertThat(listener.get("SslPolicy").asText()).startsWith("ELBSecurityPolicy-TLS13-1-2");
    assertThat(listener.get("Certificates")).hasSize(1);
    assertThat(
            Synthesis.DEPLOYED.properties(PRODUCTION, "AWS::ElasticLoadBalancingV2::ListenerRule"))
        .extracting(r -> r.at("/Conditions/0/PathPatternConfig/Values/0").asText())
        .containsExactlyInAnyOrder(
            "/minhacarona.v1.CaronaService/*", "/minhacarona.v1.ReservaService/*");
  }

  @Test
  void theLoadBalancer_isInsideTheNetwork_speaksHttp2_andLogs() {
    JsonNode balancer =
        Synthesis.DEPLOYED.only(PRODUCTION, "AWS::ElasticLoadBalancingV2::LoadBalancer");
    assertThat(balancer.get("Scheme").asText()).isEqualTo("internal");
    assertThat(balancer.get("LoadBalancerAttributes"))
        .extracting(a -> a.get("Key").asText() + "=" + a.path("Value").asText())
        .contains(
            "deletion_protection.enabled=true",
            "routing.http2.enabled=true",
            "routing.http.drop_invalid_header_fields.enabled=true",
            "access_logs.s3.enabled=true");
  }

  @Test
  void targets_speakGrpc_andAreAskedByTheMethodThatTellsServingFromNot() {
    assertThat(
            Synthesis.DEPLOYED.properties(PRODUCTION, "AWS::ElasticLoadBalancingV2::TargetGroup"))
        .hasSize(2)
        .allSatisfy(t -> {
          assertThat(t.get("ProtocolVersion").asText()).isEqualTo("GRPC");
          assertThat(t.get("TargetType").asText()).isEqualTo("ip");
          assertThat(t.get("Port").asInt()).isEqualTo(50051);
          assertThat(t.get("Protocol").asText()).isEqualTo("HTTPS");
          assertThat(t.get("HealthCheckProtocol").asText()).isEqualTo("HTTPS");
          assertThat(t.path("HealthCheckPort").asText("traffic-port")).isEqualTo("traffic-port");
          assertThat(t.get("HealthCheckPath").asText()).isEqualTo("/AWS.ALB/healthcheck");
          assertThat(t.at("/Matcher/GrpcCode").asText()).isEqualTo("0");
        });
  }

  @Test
  void aDeployment_keepsAllTasksThatServe_andTakesBackWhatFails() {
    assertThat(Synthesis.DEPLOYED.properties(PRODUCTION, "AWS::ECS::Service"))
        .hasSize(2)
        .allSatisfy(s -> {
          JsonNode deployment = s.get("DeploymentConfiguration");
          assertThat(deployment.get("MinimumHealthyPercent").asInt()).isEqualTo(100);
          assertThat(deployment.get("MaximumPercent").asInt()).isEqualTo(200);
          assertThat(deployment.at("/DeploymentCircuitBreaker/Enable").asBoolean()).isTrue();
          assertThat(deployment.at("/DeploymentCircuitBreaker/Rollback").asBoolean()).isTrue();
          assertThat(s.get("LaunchType").asText()).isEqualTo("FARGATE");
          assertThat(s.path("EnableExecuteCommand").asBoolean()).isFalse();
          // A number would undo what scaling chose, with each deployment.
          assertThat(s.has("DesiredCount")).isFalse();
        });
  }

  @Test
  void tasks_growByCpuAndByCalls_betweenTheEnvironmentsBounds() {
    assertThat(
            Synthesis.DEPLOYED.properties(
                PRODUCTION, "AWS::ApplicationAutoScaling::ScalableTarget"))
        .hasSize(2)
        .allSatisfy(t -> {
          assertThat(t.get("MinCapacity").asInt()).isEqualTo(2);
          assertThat(t.get("MaxCapacity").asInt()).isEqualTo(10);
        });
    List<JsonNode> policies =
        Synthesis.DEPLOYED
            .properties(PRODUCTION, "AWS::ApplicationAutoScaling::ScalingPolicy")
            .stream()
            .map(p -> p.get("TargetTrackingScalingPolicyConfiguration"))
            .toList();
    assertThat(policies)
        .extracting(p ->
            p.at("/PredefinedMetricSpecification/PredefinedMetricType").asText()
                + p.at("/CustomizedMetricSpecification/MetricName").asText()
                + " "
                + p.get("TargetValue").asInt())
        .containsExactlyInAnyOrder(
            "ECSServiceAverageCPUUtilization 60",
            "ECSServiceAverageCPUUtilization 60",
            "grpc.server.call.started.count 6000");
    assertThat(policies)
        .filteredOn(p -> p.has("CustomizedMetricSpecification"))
        .allSatisfy(p ->
            assertThat(p.at("/CustomizedMetricSpecification/Statistic").asText())
                .isEqualTo("Average"))
        .flatExtracting(
            p -> p.at("/CustomizedMetricSpecification/Dimensions").valueStream().toList())
        .extracting(d -> d.get("Name").asText() + "=" + d.get("Value").asText())
        .containsExactlyInAnyOrder("environment=production", "service=reserva-service");
  }

  @Test
  void aTask_getsFewerCalls_thanThoseAtWhichBookingsWereMeasuredToBeTooSlow() throws IOException {
    JsonNode load = OperationsStack.file("load.json");
    JsonNode measured = load.get("measured");
    double slowest =
        OperationsStack.file("alarms.json")
            .valueStream()
            .filter(a -> a.get("id").asText().equals("booking-latency"))
            .findFirst()
            .orElseThrow()
            .get("threshold")
            .asDouble();
    assertThat(measured.get("p99Ms").asDouble()).as("else aim higher").isGreaterThan(slowest);
    double ofACpu = measured.get("bookingsASecond").asDouble() * 1024 / measured.get("cpu").asInt();
    assertThat(load.get("targetCallsASecondOfACpu").asDouble()).isLessThanOrEqualTo(ofACpu / 2);
    // The page of the measurement: bookings at the most, and the longer of its two tails.
    assertThat(Files.readString(MinhaCaronaApp.ROOT.resolve("docs/image.md")))
        .containsPattern(
            "Serial, two runs \\| \\d+, %s \\|.*\\| %s, \\d+ ms"
                .formatted(
                    measured.get("mostBookingsASecond").asText(), measured.get("p99Ms").asText()));
  }

  @ParameterizedTest
  @MethodSource("environments")
  void tasks_areOfASizeThatFargateHas_andNotMoreThanTen_butInTheLargeOne(EnvironmentConfig config) {
    EnvironmentConfig.Tasks tasks = config.tasks();
    assertThat(tasks.cpu()).isIn(512, 1024, 2048);
    // A vCPU comes with two gigabytes or more (Amazon ECS, "Fargate task CPU and memory").
    assertThat(tasks.memory()).isBetween(2 * tasks.cpu(), 4096);
    assertThat(tasks.min()).isBetween(1, tasks.max());
    assertThat(tasks.max()).isLessThanOrEqualTo(config.equals(EnvironmentConfig.LARGE) ? 120 : 10);
  }

  static List<EnvironmentConfig> environments() {
    return EnvironmentConfig.ALL;
  }

  /** The variables of the container of these tasks. */
  static Map<String, String> environment(EnvironmentConfig config, TaskKind kind) {
    return Synthesis.DEPLOYED
        .properties(config.named("services"), "AWS::ECS::TaskDefinition")
        .stream()
        .filter(d -> d.get("Family").asText().endsWith(kind.id()))
        .flatMap(d -> d.at("/ContainerDefinitions/0/Environment").valueStream())
        .filter(e -> e.get("Value").isTextual())
        .collect(Collectors.toMap(e -> e.get("Name").asText(), e -> e.get("Value").asText()));
  }

  @Test
  void theSmallEnvironment_isOneTaskOnSpot_behindBothPaths_andUnderBothNames() {
    JsonNode service = Synthesis.DEPLOYED.only(SMALL, "AWS::ECS::Service");
    assertThat(service.at("/CapacityProviderStrategy/0/CapacityProvider").asText())
        .isEqualTo("FARGATE_SPOT");
    assertThat(service.has("LaunchType")).isFalse();
    assertThat(service.get("ServiceRegistries")).hasSize(1);
    JsonNode task = Synthesis.DEPLOYED.only(SMALL, "AWS::ECS::TaskDefinition");
    assertThat(task.get("Cpu").asText()).isEqualTo("512");
    assertThat(task.get("Memory").asText()).isEqualTo("1024");
    assertThat(task.at("/ContainerDefinitions/0/Image").toString()).contains("both-services");
    Synthesis.DEPLOYED.only(SMALL, "AWS::ElasticLoadBalancingV2::TargetGroup");
    assertThat(Synthesis.DEPLOYED.properties(SMALL, "AWS::ElasticLoadBalancingV2::ListenerRule"))
        .extracting(r -> r.at("/Conditions/0/PathPatternConfig/Values/0").asText())
        .containsExactlyInAnyOrder(
            "/minhacarona.v1.CaronaService/*", "/minhacarona.v1.ReservaService/*");
    assertThat(Synthesis.DEPLOYED.properties(SMALL, "AWS::ServiceDiscovery::Service"))
        .extracting(
            s -> s.get("Name").asText() + " " + s.at("/DnsConfig/DnsRecords/0/Type").asText())
        .containsExactlyInAnyOrder("grpc-carona-service A", "grpc-reserva-service CNAME");
    assertThat(
            Synthesis.DEPLOYED
                .only(SMALL, "AWS::ServiceDiscovery::Instance")
                .at("/InstanceAttributes/AWS_INSTANCE_CNAME")
                .asText())
        .isEqualTo("grpc-carona-service.internal");
  }

  @Test
  void atNight_thereAreNoTasks_andNobodyIsWoken() throws Exception {
    Synthesis nights =
        Synthesis.of(
            Configs.thrift(
                EnvironmentConfig.SMALL,
                new Thrift(true, true, true, Optional.of(new Thrift.Night(23, 5)))));
    JsonNode actions =
        nights.only(SMALL, "AWS::ApplicationAutoScaling::ScalableTarget").get("ScheduledActions");
    assertThat(actions)
        .extracting(a ->
            "%s %s %s to %s"
                .formatted(
                    a.get("Schedule").asText(),
                    a.get("Timezone").asText(),
                    a.at("/ScalableTargetAction/MinCapacity").asText(),
                    a.at("/ScalableTargetAction/MaxCapacity").asText()))
        .containsExactlyInAnyOrder(
            "cron(0 23 * * ? *) America/Sao_Paulo 0 to 0",
            "cron(0 5 * * ? *) America/Sao_Paulo 1 to 2");
    assertThat(nights.properties("minha-carona-small-operations", "AWS::CloudWatch::Alarm"))
        .filteredOn(a -> a.get("AlarmName").asText().contains("healthy-targets"))
        .extracting(a -> a.get("TreatMissingData").asText())
        .containsExactly("notBreaching");
  }

  @Test
  void tasks_areFoundByName() {
    assertThat(
            Synthesis.DEPLOYED
                .only(PRODUCTION, "AWS::ServiceDiscovery::PrivateDnsNamespace")
                .get("Name")
                .asText())
        .isEqualTo("internal");
    assertThat(Synthesis.DEPLOYED.properties(PRODUCTION, "AWS::ServiceDiscovery::Service"))
        .extracting(s -> s.get("Name").asText())
        .containsExactlyInAnyOrder("grpc-carona-service", "grpc-reserva-service");
  }

  @ParameterizedTest
  @ValueSource(strings = {STAGING, PRODUCTION})
  void nobodyOutsideTheNetwork_reachesTheLoadBalancer_andNoAddressReachesATask(String stack) {
    Map<String, JsonNode> groups = Synthesis.DEPLOYED.resources(stack, GROUP);
    assertThat(groups).hasSize(3);
    groups.forEach((id, group) -> {
      JsonNode rules = group.at("/Properties/SecurityGroupIngress");
      assertThat(rules)
          .hasSize(id.startsWith("loadbalancer") ? 1 : 0)
          .allSatisfy(rule -> {
            assertThat(rule.get("CidrIp").asText()).isEqualTo("10.0.0.0/16");
            assertThat(rule.get("FromPort").asInt()).isEqualTo(443);
            assertThat(rule.get("ToPort").asInt()).isEqualTo(443);
          });
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {STAGING, PRODUCTION})
  void tasks_areReachedByTheLoadBalancer_andByCallersAtAPortOfTheirOwn(String stack) {
    assertThat(rules(stack, "AWS::EC2::SecurityGroupIngress", "GroupId", "SourceSecurityGroupId"))
        .containsExactlyInAnyOrder("loadbalancergroup > tasks 50051", "callers > tasks 50443");
    assertThat(
            rules(stack, "AWS::EC2::SecurityGroupEgress", "DestinationSecurityGroupId", "GroupId"))
        .containsExactlyInAnyOrder("loadbalancergroup > tasks 50051", "callers > tasks 50443");
    assertThat(Synthesis.DEPLOYED.properties(stack, "AWS::ECS::Service"))
        .hasSize(2)
        .allSatisfy(s ->
            assertThat(s.at("/NetworkConfiguration/AwsvpcConfiguration/SecurityGroups"))
                .extracting(ServicesStackTest::group)
                .containsExactly("tasks"));
  }

  /** From a group to another one, and at which ports. */
  private static List<String> rules(String stack, String type, String to, String from) {
    return Synthesis.DEPLOYED.properties(stack, type).stream()
        .map(r -> {
          assertThat(r.get("ToPort")).isEqualTo(r.get("FromPort"));
          return "%s > %s %d"
              .formatted(group(r.get(from)), group(r.get(to)), r.get("FromPort").asInt());
        })
        .toList();
  }

  private static String group(JsonNode reference) {
    return reference.at("/Fn::GetAtt/0").asText().replaceAll("[0-9A-F]{8}$", "");
  }

  @Test
  void theGroupOfCallers_isThereForOtherStacks() {
    JsonNode output = Synthesis.DEPLOYED.templates().get(PRODUCTION).at("/Outputs/CallersGroup");
    assertThat(output.at("/Export/Name").asText()).isEqualTo("minha-carona-production-callers");
    assertThat(group(output.get("Value"))).isEqualTo("callers");
  }

  @Test
  void noFirewallIsPaidFor_thatCouldReadNothing() {
    assertThat(Synthesis.DEPLOYED.templates())
        .allSatisfy(
            (stack, template) -> assertThat(template.toString()).doesNotContain("AWS::WAFv2::"));
  }

  @Test
  void mutualTls_isAskedForWhereConfigured() throws Exception {
    String listener = "AWS::ElasticLoadBalancingV2::Listener";
    assertThat(Synthesis.DEPLOYED.only(STAGING, listener).has("MutualAuthentication")).isFalse();
    Synthesis mutual = Synthesis.of(Configs.mutualTls(EnvironmentConfig.STAGING));
    assertThat(mutual.only(STAGING, listener).at("/MutualAuthentication/Mode").asText())
        .isEqualTo("verify");
    assertThat(
            mutual
                .only(STAGING, "AWS::ElasticLoadBalancingV2::TrustStore")
                .get("CaCertificatesBundleS3Key")
                .asText())
        .isEqualTo("authorities.pem");
  }
}
