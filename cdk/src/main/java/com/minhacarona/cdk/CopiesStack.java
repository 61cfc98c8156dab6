package com.minhacarona.cdk;

import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/**
 * Once an account, before the first image is pushed: the repositories that images are copied into.
 * ECR would make them itself, but with rules of its own, which are none.
 */
final class CopiesStack extends Stack {
  CopiesStack(Construct scope) {
    super(
        scope,
        "copies",
        StackProps.builder()
            .stackName("minha-carona-delivery-copies")
            .description("Minha Carona: copies of images")
            .env(Environment.builder().region(EnvironmentConfig.AWAY).build())
            .terminationProtection(true)
            .build());
    ImageRepositories.addTo(this);
  }
}
