package com.minhacarona.cdk;

import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;

/**
 * Once an account and region: the bucket of what functions run. Lambda takes it from its own region
 * only.
 */
final class FunctionsStack extends Stack {
  /** To go back to. A function that runs does not need it any more: Lambda has a copy. */
  private static final Duration KEPT = Duration.days(365);

  FunctionsStack(Construct scope, String region) {
    super(
        scope,
        "functions-" + region,
        StackProps.builder()
            .stackName("minha-carona-functions-" + region)
            .description("Minha Carona: what functions run")
            .env(Environment.builder().region(region).build())
            .terminationProtection(true)
            .build());
    Bucket bucket =
        Bucket.Builder.create(this, "packages")
            .bucketName(bucket(getAccount(), region))
            .encryption(BucketEncryption.S3_MANAGED)
            .enforceSsl(true)
            .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
            .lifecycleRules(List.of(LifecycleRule.builder().expiration(KEPT).build()))
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    Nag.explain(
        bucket, "AwsSolutions-S1", "One role writes to it, and what it holds is built from git.");
  }

  /** The bucket's name in a region; {@code *} for those of all regions. */
  static String bucket(String account, String region) {
    return "minha-carona-functions-%s-%s".formatted(account, region);
  }
}
