package com.minhacarona.cdk;

import com.minhacarona.table.OpenCaronaIndex;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/** What tasks of a kind may do, and what ECS may do to start them. */
final class ServiceRoles extends Construct {
  /** Metrics go nowhere else. */
  private static final String METRICS = "MinhaCarona";

  /** What ECS reads for a task before it starts it: the secrets of {@code ecs-task-def.json}. */
  private static final List<String> READ_AT_START =
      List.of(
          "log-level",
          IdentityStack.ISSUERS,
          IdentityStack.CLIENT_CERTIFICATES,
          "tls-certificate",
          "tls-key",
          "client-ca");

  private final Role task;
  private final Role execution;

  ServiceRoles(Construct scope, EnvironmentConfig config, TaskKind kind, MessagingStack messaging) {
    super(scope, "roles");
    task = role("task", config.named(kind.id() + "-task"), taskStatements(config, kind, messaging));
    execution =
        role(
            "execution", config.named(kind.id() + "-execution"), executionStatements(config, kind));
    Nag.explain(this, "AwsSolutions-IAM5", Policies.WILDCARDS);
  }

  private Role role(String id, String name, List<PolicyStatement> statements) {
    return Role.Builder.create(this, id)
        .roleName(name)
        .assumedBy(
            ServicePrincipal.Builder.create("ecs-tasks.amazonaws.com")
                .conditions(Policies.whenEquals("aws:SourceAccount", Stack.of(this).getAccount()))
                .build())
        .inlinePolicies(Policies.named(id, statements.toArray(PolicyStatement[]::new)))
        .build();
  }

  private List<PolicyStatement> taskStatements(
      EnvironmentConfig config, TaskKind kind, MessagingStack messaging) {
    String table = arn("dynamodb", "table", config.tableName());
    List<PolicyStatement> statements = new ArrayList<>();
    statements.add(
        Policies.allow(
            table,
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem"));
    statements.add(
        Policies.allowWhen("cloudwatch:namespace", METRICS, "*", "cloudwatch:PutMetricData"));
    statements.add(Policies.allow("*", "xray:PutTraceSegments", "xray:PutTelemetryRecords"));
    if (kind.runs(MinhaCaronaService.RESERVA)) {
      // A booking takes seats from a ride that it has not read, and one by the queue must not
      // have been refused before.
      statements.add(Policies.allow(table, "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"));
    }
    if (kind.worksOffQueues()) {
      statements.addAll(queueStatements(messaging));
      statements.addAll(notificationStatements(config));
    }
    if (kind.followsChanges()) {
      String topicArn = messaging.updatesTopicArn();
      String queues = arn("sqs", config.tableName() + "-updates-*");
      statements.add(Policies.allow(table + "/index/" + OpenCaronaIndex.NAME, "dynamodb:Query"));
      statements.add(
          Policies.allow(
              queues,
              "sqs:CreateQueue",
              "sqs:DeleteQueue",
              "sqs:TagQueue",
              "sqs:ListQueueTags",
              "sqs:ReceiveMessage",
              "sqs:DeleteMessage"));
      statements.add(Policies.allow("*", "sqs:ListQueues"));
      statements.add(Policies.allow(topicArn, "sns:Subscribe", "sns:Unsubscribe"));
      statements.add(Policies.allow(topicArn + ":*", "sns:Unsubscribe"));
    }
    return statements;
  }

  private static List<PolicyStatement> queueStatements(MessagingStack messaging) {
    List<PolicyStatement> statements = new ArrayList<>();
    for (WorkQueue queue : messaging.workQueues()) {
      statements.add(
          Policies.allow(
              queue.queue().getQueueArn(),
              "sqs:ReceiveMessage",
              "sqs:DeleteMessage",
              "sqs:ChangeMessageVisibility"));
      statements.add(Policies.allow(queue.deadLetters().getQueueArn(), "sqs:SendMessage"));
    }
    statements.add(Policies.allow(messaging.eventsTopicArn(), "sns:Publish"));
    return statements;
  }

  /** E-mail from one address, SMS, and push to devices of this environment's own applications. */
  private List<PolicyStatement> notificationStatements(EnvironmentConfig config) {
    return List.of(
        Policies.allowWhen(
            "ses:FromAddress",
            config.mail().from(),
            arn("ses", "identity", config.mail().domain()),
            "ses:SendEmail"),
        // A phone number is no resource with an ARN: whatever SNS names by one is left out.
        Policies.allowOtherThan("arn:aws:sns:*:*:*", "sns:Publish"),
        Policies.allow(
            arn("sns", "endpoint/*/%s/*".formatted(config.named("push"))), "sns:Publish"));
  }

  private List<PolicyStatement> executionStatements(EnvironmentConfig config, TaskKind kind) {
    List<PolicyStatement> statements = new ArrayList<>();
    for (String image : List.of(kind.id(), ImageRepositories.XRAY_DAEMON)) {
      statements.add(
          Policies.allow(
              arn("ecr", "repository", ImageRepositories.name(image)),
              "ecr:BatchCheckLayerAvailability",
              "ecr:BatchGetImage",
              "ecr:GetDownloadUrlForLayer"));
    }
    statements.add(Policies.allow("*", "ecr:GetAuthorizationToken"));
    // The key that SecureString uses by default needs no permission of its own.
    for (String setting : READ_AT_START) {
      statements.add(
          Policies.allow(
              arn("ssm", "parameter", config.parameter(setting).substring(1)),
              "ssm:GetParameters"));
    }
    statements.add(
        Policies.allow(
            Stack.of(this)
                .formatArn(
                    ArnComponents.builder()
                        .service("logs")
                        .resource("log-group")
                        .resourceName(GrpcService.logGroup(config, kind) + ":log-stream:*")
                        .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
                        .build()),
            "logs:CreateLogStream",
            "logs:PutLogEvents"));
    return statements;
  }

  private String arn(String awsService, String resource, String name) {
    return arn(awsService, resource + "/" + name);
  }

  private String arn(String awsService, String resource) {
    return Stack.of(this)
        .formatArn(
            ArnComponents.builder()
                .service(awsService)
                .resource(resource)
                .arnFormat(ArnFormat.NO_RESOURCE_NAME)
                .build());
  }

  Role task() {
    return task;
  }

  Role execution() {
    return execution;
  }
}
