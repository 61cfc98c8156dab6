package com.minhacarona.cdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ecr.CfnReplicationConfiguration;
import software.amazon.awscdk.services.ecr.LifecycleRule;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecr.TagMutability;
import software.amazon.awscdk.services.iam.CfnOIDCProvider;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.WebIdentityPrincipal;
import software.constructs.Construct;

/**
 * Once an account: the repositories that all environments take images from, and the role that
 * GitHub's workflows deploy with, by OpenID Connect: there is no key to keep.
 */
final class DeliveryStack extends Stack {
  static final String XRAY_DAEMON = "xray-daemon";

  /** To roll back to; more would only cost. */
  private static final int IMAGES_KEPT = 50;

  private static final String GITHUB = "token.actions.githubusercontent.com";

  DeliveryStack(Construct scope) {
    super(
        scope,
        "delivery",
        StackProps.builder()
            .stackName("minha-carona-delivery")
            .description("Minha Carona: images, and who deploys")
            .env(Environment.builder().region(EnvironmentConfig.HOME).build())
            .terminationProtection(true)
            .build());
    List<Repository> repositories = new ArrayList<>();
    for (TaskKind kind : TaskKind.values()) {
      repositories.add(repository(this, kind.id()));
    }
    repositories.add(repository(this, XRAY_DAEMON));
    CfnReplicationConfiguration.Builder.create(this, "copies")
        .replicationConfiguration(
            CfnReplicationConfiguration.ReplicationConfigurationProperty.builder()
                .rules(
                    List.of(
                        CfnReplicationConfiguration.ReplicationRuleProperty.builder()
                            .destinations(
                                List.of(
                                    CfnReplicationConfiguration.ReplicationDestinationProperty
                                        .builder()
                                        .region(EnvironmentConfig.AWAY)
                                        .registryId(getAccount())
                                        .build()))
                            .repositoryFilters(
                                List.of(
                                    CfnReplicationConfiguration.RepositoryFilterProperty.builder()
                                        .filterType("PREFIX_MATCH")
                                        .filter(repository(""))
                                        .build()))
                            .build()))
                .build())
        .build();
    role(repositories);
  }

  /** The repository of an image. */
  static String repository(String image) {
    return "minha-carona/" + image;
  }

  private static Repository repository(Construct scope, String image) {
    return Repository.Builder.create(scope, image)
        .repositoryName(repository(image))
        // A version is one image for ever.
        .imageTagMutability(TagMutability.IMMUTABLE)
        .imageScanOnPush(true)
        .lifecycleRules(List.of(LifecycleRule.builder().maxImageCount(IMAGES_KEPT).build()))
        .removalPolicy(RemovalPolicy.RETAIN)
        .build();
  }

  private void role(List<Repository> repositories) {
    CfnParameter github =
        CfnParameter.Builder.create(this, "Repository")
            .type("String")
            .allowedPattern("[\\w.-]+/[\\w.-]+")
            .description("The repository on GitHub whose workflows deploy, as owner/name")
            .build();
    CfnOIDCProvider provider =
        CfnOIDCProvider.Builder.create(this, "github")
            .url("https://" + GITHUB)
            .clientIdList(List.of("sts.amazonaws.com"))
            .build();
    List<PolicyStatement> statements = new ArrayList<>();
    statements.add(Policies.allow("*", "ecr:GetAuthorizationToken"));
    for (Repository repository : repositories) {
      statements.add(
          Policies.allow(
              repository.getRepositoryArn(),
              "ecr:BatchCheckLayerAvailability",
              "ecr:BatchGetImage",
              "ecr:CompleteLayerUpload",
              "ecr:DescribeImages",
              "ecr:InitiateLayerUpload",
              "ecr:PutImage",
              "ecr:UploadLayerPart"));
    }
    // What `cdk bootstrap` made: these may do what a deployment does.
    for (String bootstrapped : List.of("deploy", "file-publishing", "lookup")) {
      statements.add(
          Policies.allow(
              "arn:%s:iam::%s:role/cdk-hnb659fds-%s-role-%s-%s"
                  .formatted(getPartition(), getAccount(), bootstrapped, getAccount(), getRegion()),
              "sts:AssumeRole"));
    }
    Role role =
        Role.Builder.create(this, "role")
            .roleName("minha-carona-delivery")
            .assumedBy(
                new WebIdentityPrincipal(
                    provider.getAttrArn(),
                    Map.of(
                        "StringEquals",
                        Map.of(
                            GITHUB + ":aud",
                            "sts.amazonaws.com",
                            GITHUB + ":sub",
                            List.of(
                                subject(github, "environment:staging"),
                                subject(github, "environment:production"))))))
            .inlinePolicies(Policies.named("delivery", statements.toArray(PolicyStatement[]::new)))
            .build();
    Nag.explain(role, "AwsSolutions-IAM5", Policies.WILDCARDS);
  }

  private static String subject(CfnParameter github, String of) {
    return Fn.join("", List.of("repo:", github.getValueAsString(), ":", of));
  }
}
