package com.minhacarona.cdk;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.servicediscovery.PrivateDnsNamespace;
import software.constructs.Construct;

/** Both services, behind one load balancer and under names of the network's DNS. */
final class ServicesStack extends EnvironmentStack {
  private final Map<TaskKind, ApplicationTargetGroup> targets = new EnumMap<>(TaskKind.class);

  ServicesStack(
      Construct scope,
      EnvironmentConfig config,
      NetworkStack network,
      MessagingStack messaging,
      TaskDefinitionFile taskDefinition) {
    super(scope, "services", config, "Minha Carona: carona-service and reserva-service");
    CfnParameter version =
        CfnParameter.Builder.create(this, "Version")
            .type("String")
            .allowedPattern("[\\w.-]+")
            .description("The tag of the images to run: a commit")
            .build();
    GrpcListener listener = new GrpcListener(this, config, network);
    SecurityGroup tasks =
        SecurityGroup.Builder.create(this, "tasks")
            .vpc(network.vpc())
            .description("Minha Carona: tasks")
            .allowAllOutbound(false)
            .build();
    tasks.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "AWS");
    allowCallers(config, network, tasks);
    Cluster cluster =
        Cluster.Builder.create(this, "cluster")
            .clusterName(config.named("cluster"))
            .vpc(network.vpc())
            .containerInsightsV2(ContainerInsights.DISABLED)
            .enableFargateCapacityProviders(config.tasks().thrift().spot())
            .build();
    Nag.explain(
        cluster,
        "AwsSolutions-ECS4",
        "The services publish what the alarms ask for; it costs more.");
    PrivateDnsNamespace namespace =
        PrivateDnsNamespace.Builder.create(this, "names")
            .name("internal")
            .vpc(network.vpc())
            .build();
    GrpcService.Surroundings surroundings =
        new GrpcService.Surroundings(network, cluster, listener, namespace, tasks, messaging);
    for (TaskKind kind : TaskKind.of(config)) {
      Map<String, String> values = new HashMap<>(messages(config, kind, messaging));
      values.put("SERVICE", kind.id());
      values.put("ENVIRONMENT", config.name());
      values.put("TABLE", config.tableName());
      values.put("AWS_ACCOUNT", getAccount());
      values.put("AWS_REGION", getRegion());
      values.put("VERSION", version.getValueAsString());
      values.put("CPU", Integer.toString(config.tasks().cpu()));
      values.put("MEMORY", Integer.toString(config.tasks().memory()));
      targets.put(
          kind,
          new GrpcService(this, config, kind, taskDefinition, values, surroundings).targets());
    }
  }

  /** What a task is told of shards, topics, queues and mail; the rest is blank. */
  private static Map<String, String> messages(
      EnvironmentConfig config, TaskKind kind, MessagingStack messaging) {
    Map<String, String> values = new HashMap<>();
    OpenShards shards = config.shards();
    boolean offers = kind.offersRides();
    values.put("OPEN_SHARDS", offers ? Integer.toString(shards.written()) : "");
    values.put("OPEN_SHARDS_READ", offers ? Integer.toString(shards.read()) : "");
    values.put("UPDATES_TOPIC_ARN", kind.followsChanges() ? messaging.updatesTopicArn() : "");
    values.put("METRICS", config.tasks().thrift().alarmsOnly() ? Alarms.ownMetrics() : "");
    boolean works = kind.worksOffQueues();
    for (WorkQueue queue : messaging.workQueues()) {
      String variable = queue.name().toUpperCase(Locale.ROOT) + "_QUEUE_URL";
      values.put(variable, works ? queue.queue().getQueueUrl() : "");
    }
    values.put("EVENTS_TOPIC_ARN", works ? messaging.eventsTopicArn() : "");
    values.put("MAIL_FROM", works ? config.mail().from() : "");
    values.put("MAIL_REPLY_TO", works ? config.mail().replyTo().orElse("") : "");
    values.put("MAIL_UNSUBSCRIBE", works ? config.mail().unsubscribe() : "");
    return values;
  }

  /** The group for whoever may call tasks directly: other stacks put it on what they run. */
  private void allowCallers(EnvironmentConfig config, NetworkStack network, SecurityGroup tasks) {
    SecurityGroup callers =
        SecurityGroup.Builder.create(this, "callers")
            .vpc(network.vpc())
            .description("Minha Carona: callers of tasks")
            .allowAllOutbound(false)
            .build();
    callers
        .getConnections()
        .allowTo(tasks, Port.tcp(GrpcService.MUTUAL_TLS_PORT), "by DNS, with client certificates");
    CfnOutput.Builder.create(this, "CallersGroup")
        .description("The security group of whoever may call tasks directly")
        .value(callers.getSecurityGroupId())
        .exportName(config.named("callers"))
        .build();
  }

  /** What the load balancer sends the calls of each kind of task to. */
  Map<TaskKind, ApplicationTargetGroup> targets() {
    return targets;
  }
}
