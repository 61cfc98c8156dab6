package com.minhacarona.cdk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ecr.ImageTagMutabilityExclusionFilter;
import software.amazon.awscdk.services.ecr.LifecycleRule;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecr.TagMutability;
import software.amazon.awscdk.services.ecr.TagStatus;
import software.constructs.Construct;

/** The repositories of images in a region, and for how long they keep them. */
final class ImageRepositories {
  static final String XRAY_DAEMON = "xray-daemon";

  /** To roll back to; more would only cost. */
  private static final int KEPT = 50;

  /** Layers of a push that failed, and what has lost its tag. */
  private static final Duration UNTAGGED_KEPT = Duration.days(7);

  /** Begin the tags that {@code cdk/keep-images} moves; what has one is kept. */
  static final List<String> MARKS = List.of("next-", "running-", "previous-");

  /** Makes them all. */
  static List<Repository> addTo(Construct scope) {
    return Stream.concat(Stream.of(TaskKind.values()).map(TaskKind::id), Stream.of(XRAY_DAEMON))
        .map(image -> repository(scope, image))
        .toList();
  }

  /** The repository of an image. */
  static String name(String image) {
    return "minha-carona/" + image;
  }

  private static Repository repository(Construct scope, String image) {
    return Repository.Builder.create(scope, image)
        .repositoryName(name(image))
        // A version is one image for ever. Only marks move.
        .imageTagMutability(TagMutability.IMMUTABLE_WITH_EXCLUSION)
        .imageTagMutabilityExclusionFilters(
            MARKS.stream()
                .map(mark -> ImageTagMutabilityExclusionFilter.wildcard(mark + "*"))
                .toList())
        .imageScanOnPush(true)
        .lifecycleRules(rules())
        .removalPolicy(RemovalPolicy.RETAIN)
        .build();
  }

  /**
   * An image belongs to the first rule that selects it, and no later rule removes it ("Lifecycle
   * policies" in the guide of ECR). A mark is one image an environment, so the rules of marks never
   * have one too many.
   */
  private static List<LifecycleRule> rules() {
    List<LifecycleRule> rules = new ArrayList<>();
    for (String mark : MARKS) {
      rules.add(
          LifecycleRule.builder()
              .rulePriority(rules.size() + 1)
              .description("kept: " + mark + "*")
              .tagStatus(TagStatus.TAGGED)
              .tagPrefixList(List.of(mark))
              .maxImageCount(EnvironmentConfig.ALL.size())
              .build());
    }
    rules.add(
        LifecycleRule.builder()
            .rulePriority(rules.size() + 1)
            .description("no version")
            .tagStatus(TagStatus.UNTAGGED)
            .maxImageAge(UNTAGGED_KEPT)
            .build());
    rules.add(
        LifecycleRule.builder()
            .rulePriority(rules.size() + 1)
            .description("old versions")
            .tagStatus(TagStatus.ANY)
            .maxImageCount(KEPT)
            .build());
    return rules;
  }

  private ImageRepositories() {}
}
