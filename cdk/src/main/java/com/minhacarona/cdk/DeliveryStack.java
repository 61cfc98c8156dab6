package com.minhacarona.cdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ecr.CfnReplicationConfiguration;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.iam.CfnOIDCProvider;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.WebIdentityPrincipal;
import software.constructs.Construct;

/**
 * Once an account: the repositories that all environments take images from, and the roles that
 * GitHub's workflows deploy with, by OpenID Connect: there is no key to keep.
 */
final class DeliveryStack extends Stack {
  private static final String GITHUB = "token.actions.githubusercontent.com";

  /**
   * As {@code owner@id/name@id}, or as {@code owner/name}, which older repositories call themselves
   * ("OpenID Connect reference" in GitHub's documentation, "Immutable subject claims").
   */
  private static final String REPOSITORY = "[A-Za-z0-9_.-]+(@[0-9]+)?/[A-Za-z0-9_.-]+(@[0-9]+)?";

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
    List<Repository> repositories = ImageRepositories.addTo(this);
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
                                        .filter(ImageRepositories.name(""))
                                        .build()))
                            .build()))
                .build())
        .build();
    roles(repositories);
  }

  private void roles(List<Repository> repositories) {
    CfnParameter github =
        CfnParameter.Builder.create(this, "Repositories")
            .type("CommaDelimitedList")
            .allowedPattern(REPOSITORY)
            .description(
                "The repository on GitHub whose workflows deploy, in each form that it calls itself"
                    + " by in tokens: owner@id/name@id, owner/name")
            .build();
    String provider = provider();
    role(Bootstrap.STAGING, provider, github, pushes(repositories));
    role(Bootstrap.PRODUCTION, provider, github, marks());
  }

  /** To mark what production runs, in the region where it runs and in the one of recovery. */
  private List<PolicyStatement> marks() {
    List<PolicyStatement> statements = new ArrayList<>();
    for (String region : List.of(EnvironmentConfig.HOME, EnvironmentConfig.AWAY)) {
      for (TaskKind kind : TaskKind.values()) {
        statements.add(
            Policies.allow(
                "arn:%s:ecr:%s:%s:repository/%s"
                    .formatted(
                        getPartition(), region, getAccount(), ImageRepositories.name(kind.id())),
                "ecr:BatchGetImage",
                "ecr:PutImage"));
      }
    }
    return statements;
  }

  /** What a commit on main becomes, before anybody deploys it. */
  private List<PolicyStatement> pushes(List<Repository> repositories) {
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
    String packages =
        "arn:%s:s3:::%s/api/*".formatted(getPartition(), FunctionsStack.bucket(getAccount(), "*"));
    statements.add(Policies.allow(packages, "s3:GetObject"));
    // A version is one package for ever: only what is not there yet is written.
    PolicyStatement put = Policies.allow(packages, "s3:PutObject");
    put.addConditions(Map.of("Null", Map.of("s3:if-none-match", "false")));
    statements.add(put);
    return statements;
  }

  /** For the jobs of the environment on GitHub that is called like the bootstrap, and no others. */
  private void role(
      Bootstrap bootstrap, String provider, CfnParameter github, List<PolicyStatement> more) {
    List<PolicyStatement> statements = new ArrayList<>(more);
    // What `cdk bootstrap` made: these may do what a deployment does.
    for (String bootstrapped : List.of("deploy", "file-publishing", "lookup")) {
      statements.add(
          Policies.allow(
              "arn:%s:iam::%s:role/cdk-%s-%s-role-%s-%s"
                  .formatted(
                      getPartition(),
                      getAccount(),
                      bootstrap.qualifier(),
                      bootstrapped,
                      getAccount(),
                      getRegion()),
              "sts:AssumeRole"));
    }
    Role role =
        Role.Builder.create(this, bootstrap.id())
            .roleName("minha-carona-delivery-" + bootstrap.id())
            .assumedBy(
                new WebIdentityPrincipal(
                    provider,
                    Map.of(
                        "StringEquals",
                        Map.of(
                            GITHUB + ":aud",
                            "sts.amazonaws.com",
                            GITHUB + ":sub",
                            subjects(github.getValueAsList(), bootstrap.id())))))
            .inlinePolicies(Policies.named("delivery", statements.toArray(PolicyStatement[]::new)))
            .build();
    Nag.explain(role, "AwsSolutions-IAM5", Policies.WILDCARDS);
  }

  /** An account knows an issuer once, so one that is there already has to do. */
  private String provider() {
    CfnParameter existing =
        CfnParameter.Builder.create(this, "IdentityProvider")
            .type("String")
            .defaultValue("")
            .allowedPattern("(arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/%s)?".formatted(GITHUB))
            .description("The ARN of the account's identity provider for GitHub, if it has one")
            .build();
    CfnCondition none =
        CfnCondition.Builder.create(this, "MakeIdentityProvider")
            .expression(Fn.conditionEquals(existing.getValueAsString(), ""))
            .build();
    CfnOIDCProvider made =
        CfnOIDCProvider.Builder.create(this, "github")
            .url("https://" + GITHUB)
            .clientIdList(List.of("sts.amazonaws.com"))
            .build();
    made.getCfnOptions().setCondition(none);
    return Fn.conditionIf(none.getLogicalId(), made.getAttrArn(), existing.getValueAsString())
        .toString();
  }

  /**
   * What GitHub's tokens say whom they are for: each repository, for one environment.
   *
   * @param repositories as a parameter, of which nobody knows yet how many they are: so they are
   *     joined by what stands between two subjects, and split again
   */
  private static List<String> subjects(List<String> repositories, String environment) {
    String end = ":environment:" + environment;
    return Fn.split(",", "repo:" + Fn.join(end + ",repo:", repositories) + end);
  }
}
