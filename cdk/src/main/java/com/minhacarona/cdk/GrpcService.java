package com.minhacarona.cdk;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ecs.CapacityProviderStrategy;
import software.amazon.awscdk.services.ecs.CfnTaskDefinition;
import software.amazon.awscdk.services.ecs.CloudMapOptions;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.amazon.awscdk.services.ecs.PropagatedTagSource;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocolVersion;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.HealthCheck;
import software.amazon.awscdk.services.elasticloadbalancingv2.Protocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.TargetType;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.servicediscovery.CnameInstanceBaseProps;
import software.amazon.awscdk.services.servicediscovery.DnsRecordType;
import software.amazon.awscdk.services.servicediscovery.PrivateDnsNamespace;
import software.amazon.awscdk.services.servicediscovery.Service;
import software.constructs.Construct;

/** The tasks of one kind: how they are started, found, checked, replaced and added to. */
final class GrpcService extends Construct {
  /** Where the load balancer calls. */
  static final int PORT = 50051;

  /** Where callers with a client certificate call. */
  static final int MUTUAL_TLS_PORT = 50443;

  /** The raw method with which a task tells a load balancer how it is. */
  private static final String HEALTH_PATH = "/AWS.ALB/healthcheck";

  /** A task says that it is not serving for five seconds before it takes no more calls. */
  private static final Duration HEALTH_INTERVAL = Duration.seconds(10);

  /** Longer than a call may take; streams are told to go elsewhere. */
  private static final Duration DEREGISTRATION = Duration.seconds(60);

  /** Several times what a task takes to serve on half a vCPU. */
  private static final Duration START_GRACE = Duration.seconds(120);

  /** What callers who go by DNS may remember. */
  private static final Duration DNS_TTL = Duration.seconds(10);

  private final ApplicationTargetGroup targets;

  GrpcService(
      Construct scope,
      EnvironmentConfig config,
      TaskKind kind,
      TaskDefinitionFile file,
      Map<String, String> values,
      Surroundings surroundings) {
    super(scope, kind.id());
    LogGroup.Builder.create(this, "logs")
        .logGroupName(logGroup(config, kind))
        .retention(config.logs())
        .removalPolicy(RemovalPolicy.DESTROY)
        .build();
    FargateTaskDefinition task = taskDefinition(config, kind, file, values, surroundings);
    FargateService tasks =
        FargateService.Builder.create(this, "service")
            .serviceName(config.named(kind.id()))
            .cluster(surroundings.cluster())
            .taskDefinition(task)
            .vpcSubnets(surroundings.network().taskSubnets())
            .assignPublicIp(config.egress() == Egress.PUBLIC_ADDRESSES)
            .securityGroups(List.of(surroundings.tasks()))
            // New tasks serve before old ones go, and what does not come up is taken back.
            .minHealthyPercent(100)
            .maxHealthyPercent(200)
            .circuitBreaker(DeploymentCircuitBreaker.builder().enable(true).rollback(true).build())
            .healthCheckGracePeriod(START_GRACE)
            .enableExecuteCommand(false)
            .propagateTags(PropagatedTagSource.SERVICE)
            .capacityProviderStrategies(
                config.tasks().thrift().spot()
                    ? List.of(
                        CapacityProviderStrategy.builder()
                            .capacityProvider("FARGATE_SPOT")
                            .weight(1)
                            .build())
                    : null)
            .cloudMapOptions(
                CloudMapOptions.builder()
                    .cloudMapNamespace(surroundings.namespace())
                    .name(kind.services().getFirst().dnsName())
                    .dnsRecordType(DnsRecordType.A)
                    .dnsTtl(DNS_TTL)
                    .build())
            .build();
    targets =
        ApplicationTargetGroup.Builder.create(this, "targets")
            .vpc(surroundings.network().vpc())
            .targetType(TargetType.IP)
            .port(PORT)
            .protocol(ApplicationProtocol.HTTPS)
            .protocolVersion(ApplicationProtocolVersion.GRPC)
            .deregistrationDelay(DEREGISTRATION)
            .healthCheck(
                HealthCheck.builder()
                    // Otherwise it would be asked in plain text, whatever the targets speak.
                    .protocol(Protocol.HTTPS)
                    .path(HEALTH_PATH)
                    .healthyGrpcCodes("0")
                    .interval(HEALTH_INTERVAL)
                    .timeout(Duration.seconds(5))
                    .healthyThresholdCount(2)
                    .unhealthyThresholdCount(3)
                    .build())
            .targets(List.of(tasks))
            .build();
    surroundings.listener().forward(kind, targets);
    Scaling.add(config, kind, tasks);
    alsoCalled(kind, surroundings.namespace());
  }

  /** ECS registers tasks under one name; the services' other names lead there. */
  private void alsoCalled(TaskKind kind, PrivateDnsNamespace namespace) {
    String registered = kind.services().getFirst().dnsName();
    for (MinhaCaronaService service : kind.services().subList(1, kind.services().size())) {
      Service.Builder.create(this, service.dnsName())
          .namespace(namespace)
          .name(service.dnsName())
          .dnsRecordType(DnsRecordType.CNAME)
          .dnsTtl(DNS_TTL)
          .build()
          .registerCnameInstance(
              "tasks",
              CnameInstanceBaseProps.builder()
                  .instanceCname("%s.%s".formatted(registered, namespace.getNamespaceName()))
                  .build());
    }
  }

  /** The file's definition; of the library's own only what names roles and the port is left. */
  private FargateTaskDefinition taskDefinition(
      EnvironmentConfig config,
      TaskKind kind,
      TaskDefinitionFile file,
      Map<String, String> values,
      Surroundings surroundings) {
    ServiceRoles roles = new ServiceRoles(this, config, kind, surroundings.messaging());
    FargateTaskDefinition task =
        FargateTaskDefinition.Builder.create(this, "task")
            .taskRole(roles.task())
            .executionRole(roles.execution())
            .build();
    task.addContainer(
        kind.id(),
        ContainerDefinitionOptions.builder()
            .image(ContainerImage.fromRegistry("in the file"))
            .portMappings(List.of(PortMapping.builder().containerPort(PORT).build()))
            .build());
    CfnTaskDefinition resource = (CfnTaskDefinition) task.getNode().getDefaultChild();
    file.with(values)
        .forEach((property, value) -> {
          // The roles are those of this stack, under the names that the file has.
          if (!property.endsWith("RoleArn")) {
            resource.addPropertyOverride(
                TaskDefinitionFile.capital(property), TaskDefinitionFile.asCloudFormation(value));
          }
        });
    Nag.explain(task, "AwsSolutions-ECS2", "Nothing in the environment is secret.");
    Nag.explain(
        task, "AwsSolutions-ECS7", "The rule does not see the file's definition, which logs.");
    return task;
  }

  /** Where the lines of these tasks go. */
  static String logGroup(EnvironmentConfig config, TaskKind kind) {
    return "/minha-carona/%s/%s".formatted(config.name(), kind.id());
  }

  ApplicationTargetGroup targets() {
    return targets;
  }

  /**
   * What is around a service.
   *
   * @param network where it runs
   * @param cluster in which
   * @param listener where its calls come from
   * @param namespace where its tasks are found by name
   * @param tasks the security group of all tasks
   * @param messaging the topics and queues
   */
  record Surroundings(
      NetworkStack network,
      Cluster cluster,
      GrpcListener listener,
      PrivateDnsNamespace namespace,
      SecurityGroup tasks,
      MessagingStack messaging) {}
}
