package com.minhacarona.cdk;

import java.util.Optional;

/** Environments that are like another, but for one thing. */
final class Configs {
  static EnvironmentConfig warm(EnvironmentConfig c, Optional<Integer> writes) {
    return copy(c, c.egress(), c.mutualTls(), c.callers(), writes);
  }

  static EnvironmentConfig egress(EnvironmentConfig c, Egress egress) {
    return copy(c, egress, c.mutualTls(), c.callers(), c.warmWrites());
  }

  static EnvironmentConfig mutualTls(EnvironmentConfig c) {
    return copy(c, c.egress(), true, c.callers(), c.warmWrites());
  }

  static EnvironmentConfig callers(EnvironmentConfig c, Callers callers) {
    return copy(c, c.egress(), c.mutualTls(), callers, c.warmWrites());
  }

  static EnvironmentConfig thrift(EnvironmentConfig c, Thrift thrift) {
    EnvironmentConfig.Tasks t = c.tasks();
    return copy(
        c,
        c.egress(),
        new EnvironmentConfig.Tasks(t.cpu(), t.memory(), t.min(), t.max(), thrift),
        c.mutualTls(),
        c.callers(),
        c.warmWrites());
  }

  private static EnvironmentConfig copy(
      EnvironmentConfig c,
      Egress egress,
      boolean mutualTls,
      Callers callers,
      Optional<Integer> writes) {
    return copy(c, egress, c.tasks(), mutualTls, callers, writes);
  }

  private static EnvironmentConfig copy(
      EnvironmentConfig c,
      Egress egress,
      EnvironmentConfig.Tasks tasks,
      boolean mutualTls,
      Callers callers,
      Optional<Integer> writes) {
    return new EnvironmentConfig(
        c.name(),
        c.region(),
        c.tableName(),
        c.replica(),
        c.ownsTable(),
        egress,
        tasks,
        mutualTls,
        callers,
        c.api(),
        c.mail(),
        writes,
        c.budget(),
        c.logs());
  }

  private Configs() {}
}
