package com.minhacarona.cdk;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.lambda.ApplicationLogLevel;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LoggingFormat;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SystemLogLevel;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/** The function that answers residents: what {@code api/package} packs, and its settings. */
final class ApiFunction extends Construct {
  /** The setting with the name that the load balancer's certificate is for. */
  private static final String BALANCER = "grpc-name";

  private static final int HTTPS = 443;
  private static final int MEMORY = 512;

  /** The gateway waits for 30 s, of which Lambda may take ten to start a process. */
  private static final Duration TIMEOUT = Duration.seconds(20);

  private final Function function;

  ApiFunction(
      Construct scope,
      EnvironmentConfig config,
      NetworkStack network,
      MessagingStack messaging,
      IdentityStack identity) {
    super(scope, "function");
    Stack stack = Stack.of(this);
    CfnParameter version =
        CfnParameter.Builder.create(stack, "Version")
            .type("String")
            .allowedPattern("[\\w.-]+")
            .description("What to run: the commit that it was packed from")
            .build();
    LogGroup logs =
        LogGroup.Builder.create(this, "logs")
            .logGroupName("/minha-carona/%s/api".formatted(config.name()))
            .retention(config.logs())
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    // Not the group of callers: that one reaches tasks at the port for client certificates.
    SecurityGroup group =
        SecurityGroup.Builder.create(this, "group")
            .vpc(network.vpc())
            .description("Minha Carona: the public API")
            .allowAllOutbound(false)
            .build();
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(HTTPS), "the load balancer, AWS, Cognito");
    String bucket = FunctionsStack.bucket(stack.getAccount(), config.region());
    function =
        Function.Builder.create(this, "function")
            .functionName(config.named("api"))
            .description("Minha Carona: the public REST API")
            .runtime(Runtime.PYTHON_3_13)
            .architecture(Architecture.ARM_64)
            .handler("minhacarona_api.lambda_handler.handler")
            .code(
                Code.fromBucketV2(
                    Bucket.fromBucketName(this, "packages", bucket),
                    "api/%s.zip".formatted(version.getValueAsString())))
            .memorySize(MEMORY)
            .timeout(TIMEOUT)
            .reservedConcurrentExecutions(config.api().concurrency())
            .vpc(network.vpc())
            .vpcSubnets(SubnetSelection.builder().subnetGroupName(NetworkStack.PRIVATE).build())
            .securityGroups(List.of(group))
            // Whatever it may do is written there.
            .role(
                new ApiRole(this, config, messaging, identity, logs).role().withoutPolicyUpdates())
            .tracing(Tracing.ACTIVE)
            .logGroup(logs)
            .loggingFormat(LoggingFormat.JSON)
            .applicationLogLevelV2(ApplicationLogLevel.INFO)
            // The API writes a line for each request; Lambda's own three would say nothing more.
            .systemLogLevelV2(SystemLogLevel.WARN)
            .environment(environment(config, messaging, identity))
            .build();
    Nag.explain(
        function, "AwsSolutions-L1", "api/package packs binaries for this version of Python.");
  }

  private Map<String, String> environment(
      EnvironmentConfig config, MessagingStack messaging, IdentityStack identity) {
    String balancer = StringParameter.valueForStringParameter(this, config.parameter(BALANCER));
    Map<String, String> environment = new TreeMap<>();
    environment.put("MINHA_CARONA_TARGET", "dns:///%s:%d".formatted(balancer, HTTPS));
    environment.put("MINHA_CARONA_API_AUTHENTICATION", "required");
    environment.put("MINHA_CARONA_API_ISSUER", identity.issuer());
    environment.put("MINHA_CARONA_API_AUDIENCES", identity.residentsClientId());
    environment.put("MINHA_CARONA_API_TOKEN_ENDPOINT", identity.tokenEndpoint());
    environment.put("MINHA_CARONA_API_CLIENT_ID", identity.apiClientId());
    environment.put("MINHA_CARONA_API_CLIENT_SECRET_ARN", identity.apiSecretArn());
    environment.put(
        "MINHA_CARONA_RESERVATIONS_QUEUE_URL", messaging.reservations().queue().getQueueUrl());
    environment.put("MINHA_CARONA_TABLE", config.tableName());
    environment.put("GRPC_VERBOSITY", "ERROR");
    return environment;
  }

  Function function() {
    return function;
  }
}
