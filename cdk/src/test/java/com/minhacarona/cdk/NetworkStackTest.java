package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NetworkStackTest {
  private static final String STAGING = "minha-carona-staging-network";
  private static final String PRODUCTION = "minha-carona-production-network";
  private static final String SERVICES = "minha-carona-staging-services";

  @Test
  void subnetsOfThreeKinds_areInEachOfThreeZones() {
    Map<Integer, Long> zones =
        Synthesis.DEPLOYED.properties(PRODUCTION, "AWS::EC2::Subnet").stream()
            .collect(
                Collectors.groupingBy(
                    s -> s.at("/AvailabilityZone/Fn::Select/0").asInt(), Collectors.counting()));
    assertThat(zones).isEqualTo(Map.of(0, 3L, 1, 3L, 2, 3L));
  }

  @Test
  void dynamoDbAndS3_haveGateways_whichCostNothing() {
    assertThat(Synthesis.DEPLOYED.properties(STAGING, "AWS::EC2::VPCEndpoint"))
        .hasSize(2)
        .allSatisfy(e -> assertThat(e.get("VpcEndpointType").asText()).isEqualTo("Gateway"))
        .extracting(JsonNode::toString)
        .anySatisfy(e -> assertThat(e).contains("dynamodb"))
        .anySatisfy(e -> assertThat(e).contains("s3"));
  }

  @Test
  void allTrafficIsLogged_toABucketThatIsPrivateAndForgets() {
    JsonNode flow = Synthesis.DEPLOYED.only(PRODUCTION, "AWS::EC2::FlowLog");
    assertThat(flow.get("TrafficType").asText()).isEqualTo("ALL");
    assertThat(flow.get("LogDestinationType").asText()).isEqualTo("s3");
    JsonNode bucket = Synthesis.DEPLOYED.only(PRODUCTION, "AWS::S3::Bucket");
    assertThat(bucket.at("/PublicAccessBlockConfiguration"))
        .allSatisfy(blocked -> assertThat(blocked.asBoolean()).isTrue());
    assertThat(bucket.at("/LifecycleConfiguration/Rules/0/ExpirationInDays").asInt()).isEqualTo(90);
  }

  @Test
  void egressByPublicAddresses_needsNoGateway_andOneInstanceForFunctions() {
    assertThat(Synthesis.DEPLOYED.properties(STAGING, "AWS::EC2::NatGateway")).isEmpty();
    JsonNode instance = Synthesis.DEPLOYED.only(STAGING, "AWS::EC2::Instance");
    assertThat(instance.get("InstanceType").asText()).isEqualTo("t4g.nano");
    assertThat(instance.get("SourceDestCheck").asBoolean()).isFalse();
    // From the network, and at the one port that functions need.
    assertThat(
            Synthesis.DEPLOYED.only(STAGING, "AWS::EC2::SecurityGroup").get("SecurityGroupIngress"))
        .extracting(rule -> rule.get("CidrIp").asText() + " " + rule.get("ToPort").asText())
        .containsExactly("10.0.0.0/16 443");
    assertThat(assignsAddresses(Synthesis.DEPLOYED)).containsOnly("ENABLED");
  }

  @Test
  void egressByNat_needsOneGateway() {
    assertThat(Synthesis.DEPLOYED.properties(PRODUCTION, "AWS::EC2::Instance")).isEmpty();
    assertThat(Synthesis.DEPLOYED.properties(PRODUCTION, "AWS::EC2::NatGateway")).hasSize(1);
  }

  @Test
  void egressByInterfaceEndpoints_hasOneForEachServiceInUse_andNoWayOut() throws IOException {
    Synthesis endpoints =
        Synthesis.of(Configs.egress(EnvironmentConfig.STAGING, Egress.INTERFACE_ENDPOINTS));
    assertThat(endpoints.properties(STAGING, "AWS::EC2::NatGateway")).isEmpty();
    assertThat(endpoints.properties(STAGING, "AWS::EC2::Instance")).isEmpty();
    assertThat(
            endpoints.properties(STAGING, "AWS::EC2::VPCEndpoint").stream()
                .filter(e -> e.get("VpcEndpointType").asText().equals("Interface"))
                .map(e -> e.get("ServiceName").asText()))
        .containsExactlyInAnyOrder(
            "com.amazonaws.sa-east-1.ecr.api",
            "com.amazonaws.sa-east-1.ecr.dkr",
            "com.amazonaws.sa-east-1.email",
            "com.amazonaws.sa-east-1.logs",
            "com.amazonaws.sa-east-1.monitoring",
            "com.amazonaws.sa-east-1.sns",
            "com.amazonaws.sa-east-1.sqs",
            "com.amazonaws.sa-east-1.ssm",
            "com.amazonaws.sa-east-1.xray");
    assertThat(assignsAddresses(endpoints)).containsOnly("DISABLED");
  }

  private static List<String> assignsAddresses(Synthesis synthesis) {
    return synthesis.properties(SERVICES, "AWS::ECS::Service").stream()
        .map(s -> s.at("/NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp").asText())
        .toList();
  }
}
