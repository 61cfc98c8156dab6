package com.minhacarona.cdk;

import java.util.List;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.elasticloadbalancingv2.AddApplicationTargetGroupsProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListener;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.BaseApplicationListenerProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.FixedResponseOptions;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerAction;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerCertificate;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerCondition;
import software.amazon.awscdk.services.elasticloadbalancingv2.MutualAuthentication;
import software.amazon.awscdk.services.elasticloadbalancingv2.MutualAuthenticationMode;
import software.amazon.awscdk.services.elasticloadbalancingv2.SslPolicy;
import software.amazon.awscdk.services.elasticloadbalancingv2.TrustStore;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/**
 * The load balancer and its one listener: TLS, HTTP/2, calls by path. It is inside the network: its
 * callers are.
 */
final class GrpcListener extends Construct {
  private static final int HTTPS = 443;

  private final SecurityGroup group;
  private final ApplicationListener listener;

  GrpcListener(Construct scope, EnvironmentConfig config, NetworkStack network) {
    super(scope, "load-balancer");
    group =
        SecurityGroup.Builder.create(this, "group")
            .vpc(network.vpc())
            .description("Minha Carona: load balancer")
            .allowAllOutbound(false)
            .build();
    ApplicationLoadBalancer balancer =
        ApplicationLoadBalancer.Builder.create(this, "balancer")
            .loadBalancerName(config.named("grpc"))
            .vpc(network.vpc())
            .vpcSubnets(SubnetSelection.builder().subnetGroupName("private").build())
            .internetFacing(false)
            .securityGroup(group)
            .http2Enabled(true)
            .dropInvalidHeaderFields(true)
            .deletionProtection(true)
            .build();
    balancer.logAccessLogs(network.logs(), "calls");
    listener =
        balancer.addListener(
            "grpc",
            BaseApplicationListenerProps.builder()
                .port(HTTPS)
                .protocol(ApplicationProtocol.HTTPS)
                .sslPolicy(SslPolicy.RECOMMENDED_TLS)
                .certificates(
                    List.of(
                        ListenerCertificate.fromArn(
                            StringParameter.valueForStringParameter(
                                this, config.parameter("certificate-arn")))))
                .mutualAuthentication(config.mutualTls() ? trustStore(config) : null)
                // gRPC clients read it as UNIMPLEMENTED.
                .defaultAction(
                    ListenerAction.fixedResponse(
                        404, FixedResponseOptions.builder().messageBody("no such service").build()))
                .open(false)
                .build());
    listener
        .getConnections()
        .allowFrom(Peer.ipv4(NetworkStack.ADDRESSES), Port.tcp(HTTPS), "callers in the network");
  }

  /** Sends the calls of each service that they run to these tasks. */
  void forward(TaskKind kind, ApplicationTargetGroup targets) {
    for (MinhaCaronaService service : kind.services()) {
      listener.addTargetGroups(
          service.id(),
          AddApplicationTargetGroupsProps.builder()
              .priority(service.priority())
              .conditions(List.of(ListenerCondition.pathPatterns(List.of(service.path()))))
              .targetGroups(List.of(targets))
              .build());
    }
  }

  /** The load balancer's side of what may reach tasks. */
  SecurityGroup group() {
    return group;
  }

  private MutualAuthentication trustStore(EnvironmentConfig config) {
    TrustStore callers =
        TrustStore.Builder.create(this, "callers")
            .trustStoreName(config.named("callers"))
            .bucket(
                Bucket.fromBucketName(
                    this,
                    "authorities",
                    StringParameter.valueForStringParameter(
                        this, config.parameter("trust-store-bucket"))))
            .key("authorities.pem")
            .build();
    return MutualAuthentication.builder()
        .mutualAuthenticationMode(MutualAuthenticationMode.VERIFY)
        .trustStore(callers)
        .build();
  }
}
