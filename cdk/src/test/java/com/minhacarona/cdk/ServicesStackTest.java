package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServicesStackTest {
  private static final String PRODUCTION = "minha-carona-production-services";
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
    assertThat(
            Synthesis.DEPLOYED.properties(PRODUCTION, "AWS::ApplicationAutoScaling::ScalingPolicy"))
        .extracting(p ->
            p.at(
                    "/TargetTrackingScalingPolicyConfiguration"
                        + "/PredefinedMetricSpecification/PredefinedMetricType")
                .asText())
        .containsExactlyInAnyOrder(
            "ECSServiceAverageCPUUtilization",
            "ECSServiceAverageCPUUtilization",
            "ALBRequestCountPerTarget",
            "ALBRequestCountPerTarget");
  }

  @ParameterizedTest
  @MethodSource("environments")
  void tasks_areOfASizeThatFargateHas_andNotMoreThanTen(EnvironmentConfig config) {
    EnvironmentConfig.Tasks tasks = config.tasks();
    assertThat(tasks.cpu()).isIn(512, 1024, 2048);
    // A vCPU comes with two gigabytes or more (Amazon ECS, "Fargate task CPU and memory").
    assertThat(tasks.memory()).isBetween(2 * tasks.cpu(), 4096);
    assertThat(tasks.min()).isBetween(1, tasks.max());
    assertThat(tasks.max()).isLessThanOrEqualTo(10);
  }

  static List<EnvironmentConfig> environments() {
    return EnvironmentConfig.ALL;
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
  void nobodyOutsideTheNetwork_reachesATaskOrTheLoadBalancer(String stack) {
    List<JsonNode> inline =
        Synthesis.DEPLOYED.properties(stack, "AWS::EC2::SecurityGroup").stream()
            .flatMap(g -> g.path("SecurityGroupIngress").valueStream())
            .toList();
    assertThat(inline)
        .isNotEmpty()
        .allSatisfy(rule -> {
          assertThat(rule.has("CidrIpv6")).isFalse();
          assertThat(rule.get("CidrIp").asText()).isEqualTo("10.0.0.0/16");
        });
    assertThat(Synthesis.DEPLOYED.properties(stack, "AWS::EC2::SecurityGroupIngress"))
        .hasSize(1)
        .allSatisfy(rule -> assertThat(rule.has("SourceSecurityGroupId")).isTrue());
  }

  @Test
  void theFirewall_standsBeforeProduction() {
    assertThat(Synthesis.DEPLOYED.properties(PRODUCTION, "AWS::WAFv2::WebACLAssociation"))
        .hasSize(1);
    assertThat(Synthesis.DEPLOYED.properties(STAGING, "AWS::WAFv2::WebACLAssociation")).isEmpty();
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
