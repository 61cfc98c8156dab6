package com.minhacarona.cdk;

import software.amazon.awscdk.DefaultStackSynthesizer;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.PermissionsBoundary;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.constructs.Construct;

/** One stack of an environment, in its region. */
abstract class EnvironmentStack extends Stack {
  EnvironmentStack(Construct scope, String id, EnvironmentConfig config, String description) {
    super(
        scope,
        id,
        StackProps.builder()
            .stackName(config.named(id))
            .description(description)
            .env(Environment.builder().region(config.region()).build())
            .terminationProtection(true)
            .synthesizer(
                DefaultStackSynthesizer.Builder.create()
                    .qualifier(Bootstrap.of(config).qualifier())
                    .build())
            .permissionsBoundary(PermissionsBoundary.fromName(Bootstrap.of(config).boundary()))
            .build());
    Tags.of(this).add("environment", config.name());
  }
}
