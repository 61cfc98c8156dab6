package com.minhacarona.cdk;

import java.util.List;

/**
 * What {@code cdk bootstrap} makes for environments that the same hands deploy: roles of their own,
 * which reach no other environment.
 */
enum Bootstrap {
  STAGING("staging", "mcstaging"),
  SMALL("small", "mcsmall"),
  /** Its hands also deploy what takes its place, and what it becomes. */
  PRODUCTION("production", "mcprod");

  private final String id;
  private final String qualifier;

  Bootstrap(String id, String qualifier) {
    this.id = id;
    this.qualifier = qualifier;
  }

  /** The one that an environment is deployed with. */
  static Bootstrap of(EnvironmentConfig config) {
    return switch (config.name()) {
      case "staging" -> STAGING;
      case "small" -> SMALL;
      case "production", "recovery", "large" -> PRODUCTION;
      default -> throw new IllegalArgumentException("no bootstrap for " + config.name());
    };
  }

  /** Its name among the others, and in GitHub the name of the environment. */
  String id() {
    return id;
  }

  /** Part of the names of all that it makes; at most ten letters and digits. */
  String qualifier() {
    return qualifier;
  }

  /** The environments that are deployed with it. */
  List<EnvironmentConfig> environments() {
    return EnvironmentConfig.ALL.stream().filter(c -> of(c) == this).toList();
  }

  /** The environments that are not, and that it must not reach. */
  List<EnvironmentConfig> others() {
    return EnvironmentConfig.ALL.stream().filter(c -> of(c) != this).toList();
  }

  /** The policy that bounds what its roles may do, and the roles that they make. */
  String boundary() {
    return "minha-carona-boundary-" + id;
  }
}
