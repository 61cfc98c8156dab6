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
    Optional<ApiStack> api = Optional.empty();
    if (config.egress() != Egress.INTERFACE_ENDPOINTS) {
      ApiStack deployed = new ApiStack(this, config, network, messaging, identity);
      // It calls the load balancer by a name, which no template sees.
      deployed.addStackDependency(services);
      api = Optional.of(deployed);
    }
    new OperationsStack(this, config, services.targets(), messaging, api);
  }
}
