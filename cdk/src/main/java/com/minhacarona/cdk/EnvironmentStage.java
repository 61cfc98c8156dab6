package com.minhacarona.cdk;

import java.util.Optional;
import software.amazon.awscdk.Stage;
import software.constructs.Construct;

/** All stacks of one environment. */
final class EnvironmentStage extends Stage {
  EnvironmentStage(Construct scope, EnvironmentConfig config, TaskDefinitionFile taskDefinition) {
    super(scope, config.name());
    NetworkStack network = new NetworkStack(this, config);
    Optional<TableStack> table =
        config.ownsTable() ? Optional.of(new TableStack(this, config)) : Optional.empty();
    MessagingStack messaging = new MessagingStack(this, config, table);
    new MailStack(this, config);
    IdentityStack identity = new IdentityStack(this, config);
    ServicesStack services = new ServicesStack(this, config, network, messaging, taskDefinition);
    // Tasks start with what it stores: whom they believe.
    services.addStackDependency(identity);
    new OperationsStack(this, config, services.targets(), messaging);
  }
}
