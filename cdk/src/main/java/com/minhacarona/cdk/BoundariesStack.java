package com.minhacarona.cdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/**
 * Once an account, before the environments' bootstraps: for each of them the policy that bounds its
 * roles. CloudFormation acts as a role with every permission, so what keeps it from the other
 * environments is this: it knows them by their names, and by the tag {@code environment} where a
 * name tells nothing.
 */
final class BoundariesStack extends Stack {
  /** Whose resources have the environment in their names. */
  private static final List<String> NAMED =
      List.of(
          "budgets",
          "cloudformation",
          "cloudwatch",
          "dynamodb",
          "ecs",
          "elasticloadbalancing",
          "iam",
          "lambda",
          "logs",
          "pipes",
          "s3",
          "secretsmanager",
          "sns",
          "sqs",
          "ssm");

  BoundariesStack(Construct scope) {
    super(
        scope,
        "boundaries",
        StackProps.builder()
            .stackName("minha-carona-boundaries")
            .description("Minha Carona: what each environment's deployments may not reach")
            .env(Environment.builder().region(EnvironmentConfig.HOME).build())
            .terminationProtection(true)
            .build());
    for (Bootstrap bootstrap : Bootstrap.values()) {
      ManagedPolicy policy =
          ManagedPolicy.Builder.create(this, bootstrap.id())
              .managedPolicyName(bootstrap.boundary())
              .description("Bounds what deployments of %s reach".formatted(bootstrap.id()))
              .statements(statements(bootstrap))
              .build();
      Nag.explain(policy, "AwsSolutions-IAM5", "It grants nothing: it bounds what others grant.");
    }
  }

  private List<PolicyStatement> statements(Bootstrap bootstrap) {
    String boundary = arn("iam:", "policy/" + bootstrap.boundary());
    List<String> own =
        bootstrap.environments().stream().map(c -> "minha-carona-%s*".formatted(c.name())).toList();
    List<String> ownRoles = own.stream().map(name -> arn("iam:", "role/" + name)).toList();
    List<String> ownIam =
        plus(
            own.stream().map(name -> arn("iam:", "*/" + name)).toList(),
            arn("iam:", "role/aws-service-role/*"));
    List<String> passed =
        plus(ownRoles, arn("iam:", "role/cdk-%s-cfn-exec-*".formatted(bootstrap.qualifier())));
    return List.of(
        Policies.allow("*", "*"),
        denied("OtherNames").actions(List.of("*")).resources(othersNames(bootstrap)).build(),
        denied("OtherTags")
            .actions(List.of("*"))
            .resources(List.of("*"))
            .conditions(
                Map.of(
                    "StringEquals",
                    Map.of(
                        "aws:ResourceTag/environment",
                        bootstrap.others().stream().map(EnvironmentConfig::name).toList())))
            .build(),
        // Nobody changes its own bounds, nor anybody else's role.
        denied("OtherIdentities")
            .actions(
                Stream.of("Add", "Attach", "Create", "Delete", "Detach", "Put", "Remove", "Tag")
                    .map("iam:%s*"::formatted)
                    .toList())
            .notResources(ownIam)
            .build(),
        denied("ChangedIdentities")
            .actions(List.of("iam:Set*", "iam:Untag*", "iam:Update*", "iam:Upload*"))
            .notResources(ownIam)
            .build(),
        denied("OtherRolesPassed").actions(List.of("iam:PassRole")).notResources(passed).build(),
        denied("OtherRolesTaken").actions(List.of("sts:AssumeRole")).notResources(ownRoles).build(),
        denied("RolesWithoutBounds")
            .actions(
                List.of(
                    "iam:AttachRolePolicy",
                    "iam:AttachUserPolicy",
                    "iam:CreateRole",
                    "iam:CreateUser",
                    "iam:PutRolePermissionsBoundary",
                    "iam:PutRolePolicy",
                    "iam:PutUserPermissionsBoundary",
                    "iam:PutUserPolicy"))
            .resources(List.of("*"))
            .conditions(Map.of("StringNotEquals", Map.of("iam:PermissionsBoundary", boundary)))
            .build(),
        denied("BoundsTakenAway")
            .actions(
                List.of("iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"))
            .resources(List.of("*"))
            .build(),
        denied("StacksOfTheAccount")
            .actions(List.of("cloudformation:*"))
            .resources(
                Stream.of(
                        "CDKToolkit*",
                        "minha-carona-boundaries*",
                        "minha-carona-delivery*",
                        "minha-carona-functions-*")
                    .map(stack -> arn("cloudformation:*", "stack/" + stack))
                    .toList())
            .build(),
        // All environments run these. To push one, and to read it, is the delivery roles' part.
        denied("VersionsOfAll")
            .actions(List.of("ecr:*Delete*", "ecr:Put*", "ecr:Set*", "s3:Delete*", "s3:Put*"))
            .resources(
                List.of(
                    arn("ecr:*", "repository/" + ImageRepositories.name("*")),
                    "arn:%s:s3:::minha-carona-functions-*".formatted(getPartition())))
            .build());
  }

  private List<String> othersNames(Bootstrap bootstrap) {
    List<String> found = new ArrayList<>();
    for (EnvironmentConfig other : bootstrap.others()) {
      for (String service : NAMED) {
        // The question mark is a hyphen in names, and a slash in paths.
        found.add(
            "arn:%s:%s:*:*:*minha-carona?%s*".formatted(getPartition(), service, other.name()));
      }
      found.add("arn:%s:ses:*:*:identity/%s".formatted(getPartition(), other.mail().domain()));
    }
    return found.stream().distinct().toList();
  }

  /** Of this account; the service with its region, if it has regions. */
  private String arn(String serviceAndRegion, String resource) {
    return "arn:%s:%s:%s:%s".formatted(getPartition(), serviceAndRegion, getAccount(), resource);
  }

  private static PolicyStatement.Builder denied(String sid) {
    return PolicyStatement.Builder.create().sid(sid).effect(Effect.DENY);
  }

  private static List<String> plus(List<String> some, String one) {
    return Stream.concat(some.stream(), Stream.of(one)).toList();
  }
}
