package com.minhacarona.cdk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.AmazonLinux2023ImageSsmParameterProps;
import software.amazon.awscdk.services.ec2.AmazonLinuxCpuType;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.Instance;
import software.amazon.awscdk.services.ec2.InstanceClass;
import software.amazon.awscdk.services.ec2.InstanceSize;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.MachineImage;
import software.amazon.awscdk.services.ec2.NatInstanceProps;
import software.amazon.awscdk.services.ec2.NatInstanceProviderV2;
import software.amazon.awscdk.services.ec2.NatProvider;
import software.amazon.awscdk.services.ec2.NatTrafficDirection;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** The network over three zones, and the bucket for who spoke with whom in it. */
final class NetworkStack extends EnvironmentStack {
  /** The addresses of everything in the network. */
  static final String ADDRESSES = "10.0.0.0/16";

  /** The subnets of what has no address of its own. */
  static final String PRIVATE = "private";

  private static final int ZONES = 3;

  /** For how long flow logs and the load balancer's access logs are kept. */
  private static final Duration LOGS = Duration.days(90);

  /** What tasks speak to, besides DynamoDB and S3. */
  private static final Map<String, InterfaceVpcEndpointAwsService> USED =
      Map.of(
          "ecr", InterfaceVpcEndpointAwsService.ECR,
          "ecr-docker", InterfaceVpcEndpointAwsService.ECR_DOCKER,
          "logs", InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
          "metrics", InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
          "xray", InterfaceVpcEndpointAwsService.XRAY,
          "sqs", InterfaceVpcEndpointAwsService.SQS,
          "sns", InterfaceVpcEndpointAwsService.SNS,
          "email", InterfaceVpcEndpointAwsService.EMAIL,
          "ssm", InterfaceVpcEndpointAwsService.SSM);

  private final Vpc vpc;
  private final Bucket logs;
  private final SubnetSelection taskSubnets;

  NetworkStack(Construct scope, EnvironmentConfig config) {
    super(scope, "network", config, "Minha Carona: network");
    logs =
        Bucket.Builder.create(this, "logs")
            // The load balancer writes to no bucket with a key of one's own.
            .encryption(BucketEncryption.S3_MANAGED)
            .enforceSsl(true)
            .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
            .lifecycleRules(List.of(LifecycleRule.builder().expiration(LOGS).build()))
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    Nag.explain(
        logs,
        "AwsSolutions-S1",
        "It is where access logs go; logs of its own would log themselves.");
    Optional<NatInstanceProviderV2> instance =
        config.egress() == Egress.PUBLIC_ADDRESSES ? Optional.of(natInstance()) : Optional.empty();
    vpc =
        Vpc.Builder.create(this, "vpc")
            .vpcName(config.named("vpc"))
            .ipAddresses(IpAddresses.cidr(ADDRESSES))
            .maxAzs(ZONES)
            .natGateways(config.egress() == Egress.INTERFACE_ENDPOINTS ? 0 : 1)
            .natGatewayProvider(
                instance.map(NatProvider.class::cast).orElseGet(NatProvider::gateway))
            // It would take a Lambda function of the CDK's; nothing is in that group.
            .restrictDefaultSecurityGroup(false)
            .subnetConfiguration(
                List.of(
                    subnets("public", SubnetType.PUBLIC, 24),
                    subnets(
                        PRIVATE,
                        config.egress() == Egress.INTERFACE_ENDPOINTS
                            ? SubnetType.PRIVATE_ISOLATED
                            : SubnetType.PRIVATE_WITH_EGRESS,
                        22),
                    subnets("isolated", SubnetType.PRIVATE_ISOLATED, 24)))
            .gatewayEndpoints(
                Map.of(
                    "dynamodb", gateway(GatewayVpcEndpointAwsService.DYNAMODB),
                    "s3", gateway(GatewayVpcEndpointAwsService.S3)))
            .flowLogs(
                Map.of(
                    "flow",
                    FlowLogOptions.builder()
                        .destination(FlowLogDestination.toS3(logs, "flow"))
                        .build()))
            .build();
    instance.ifPresent(this::admit);
    taskSubnets =
        SubnetSelection.builder()
            .subnetGroupName(config.egress() == Egress.PUBLIC_ADDRESSES ? "public" : PRIVATE)
            .build();
    if (config.egress() == Egress.INTERFACE_ENDPOINTS) {
      USED.forEach((name, service) ->
          vpc.addInterfaceEndpoint(
              name,
              InterfaceVpcEndpointOptions.builder().service(service).subnets(taskSubnets).build()));
    }
  }

  /** The region's first three, whatever the account calls them: synthesis asks nobody. */
  @Override
  public List<String> getAvailabilityZones() {
    return IntStream.range(0, ZONES).mapToObj(i -> Fn.select(i, Fn.getAzs())).toList();
  }

  /** The smallest there is. It is for functions, which get no address: see {@link Egress}. */
  private static NatInstanceProviderV2 natInstance() {
    return NatProvider.instanceV2(
        NatInstanceProps.builder()
            .instanceType(InstanceType.of(InstanceClass.T4G, InstanceSize.NANO))
            // The newest at each deployment, which is how it is patched.
            .machineImage(
                MachineImage.latestAmazonLinux2023(
                    AmazonLinux2023ImageSsmParameterProps.builder()
                        .cpuType(AmazonLinuxCpuType.ARM_64)
                        .build()))
            .associatePublicIpAddress(true)
            .defaultAllowedTraffic(NatTrafficDirection.OUTBOUND_ONLY)
            .build());
  }

  private void admit(NatInstanceProviderV2 provider) {
    provider.getConnections().allowFrom(Peer.ipv4(ADDRESSES), Port.tcp(443), "the network");
    for (IConstruct construct : vpc.getNode().findAll()) {
      if (construct instanceof Instance) {
        Nag.explain(
            construct, "AwsSolutions-EC28", "It only passes packets on, for those who try.");
        Nag.explain(construct, "AwsSolutions-EC29", "Each deployment may replace it.");
        Nag.explain(construct, "AwsSolutions-EC26", "Nothing is stored on it.");
      }
    }
  }

  private static SubnetConfiguration subnets(String name, SubnetType type, int mask) {
    return SubnetConfiguration.builder()
        .name(name)
        .subnetType(type)
        .cidrMask(mask)
        .mapPublicIpOnLaunch(type == SubnetType.PUBLIC ? Boolean.FALSE : null)
        .build();
  }

  private static GatewayVpcEndpointOptions gateway(GatewayVpcEndpointAwsService service) {
    return GatewayVpcEndpointOptions.builder().service(service).build();
  }

  Vpc vpc() {
    return vpc;
  }

  /** Where the load balancer's access logs go. */
  Bucket logs() {
    return logs;
  }

  /** Where tasks run. */
  SubnetSelection taskSubnets() {
    return taskSubnets;
  }
}
