package com.minhacarona.cdk;

import com.minhacarona.table.Keys;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** What the public API's function may do. It reaches rides by the services alone. */
final class ApiRole extends Construct {
  /** Lambda connects a function to the network, with the role of the function. */
  private static final String[] CONNECT = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses"
  };

  private final Role role;

  ApiRole(
      Construct scope,
      EnvironmentConfig config,
      MessagingStack messaging,
      IdentityStack identity,
      LogGroup logs) {
    super(scope, "role");
    String table =
        Stack.of(this)
            .formatArn(
                ArnComponents.builder()
                    .service("dynamodb")
                    .resource("table")
                    .resourceName(config.tableName())
                    .build());
    PolicyStatement read = Policies.allow(table, "dynamodb:GetItem");
    read.addConditions(keysLike(Keys.USER, Keys.RECUSA));
    PolicyStatement write = Policies.allow(table, "dynamodb:PutItem");
    write.addConditions(keysLike(Keys.USER));
    // Requests of the code in a function carry its ARN; those of Lambda itself do not.
    PolicyStatement notItself =
        PolicyStatement.Builder.create()
            .effect(Effect.DENY)
            .actions(List.of(CONNECT))
            .resources(List.of("*"))
            .conditions(Map.of("Null", Map.of("lambda:SourceFunctionArn", "false")))
            .build();
    role =
        Role.Builder.create(this, "function")
            .roleName(config.named("api"))
            .assumedBy(
                ServicePrincipal.Builder.create("lambda.amazonaws.com")
                    .conditions(
                        Policies.whenEquals("aws:SourceAccount", Stack.of(this).getAccount()))
                    .build())
            .inlinePolicies(
                Policies.named(
                    "function",
                    read,
                    write,
                    Policies.allow(
                        messaging.reservations().queue().getQueueArn(), "sqs:SendMessage"),
                    Policies.allow(identity.apiSecretArn(), "secretsmanager:GetSecretValue"),
                    Policies.allow(
                        logs.getLogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents"),
                    Policies.allow("*", "xray:PutTraceSegments", "xray:PutTelemetryRecords"),
                    Policies.allow("*", CONNECT),
                    notItself))
            .build();
    Nag.explain(role, "AwsSolutions-IAM5", Policies.WILDCARDS);
  }

  /** Of items whose partition key begins so. */
  private static Map<String, Object> keysLike(String... prefixes) {
    List<String> patterns = List.of(prefixes).stream().map(prefix -> prefix + "*").toList();
    return Map.of("ForAllValues:StringLike", Map.of("dynamodb:LeadingKeys", patterns));
  }

  Role role() {
    return role;
  }
}
