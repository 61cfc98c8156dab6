package com.minhacarona.cdk;

/** Environments that are like another, but for one thing. */
final class Configs {
  static EnvironmentConfig egress(EnvironmentConfig c, Egress egress) {
    return copy(c, egress, c.mutualTls(), c.callers());
  }

  static EnvironmentConfig mutualTls(EnvironmentConfig c) {
    return copy(c, c.egress(), true, c.callers());
  }

  static EnvironmentConfig callers(EnvironmentConfig c, Callers callers) {
    return copy(c, c.egress(), c.mutualTls(), callers);
  }

  static EnvironmentConfig thrift(EnvironmentConfig c, Thrift thrift) {
    EnvironmentConfig.Tasks t = c.tasks();
    return copy(
        c,
        c.egress(),
        new EnvironmentConfig.Tasks(t.cpu(), t.memory(), t.min(), t.max(), thrift),
        c.mutualTls(),
        c.callers());
  }

  private static EnvironmentConfig copy(
      EnvironmentConfig c, Egress egress, boolean mutualTls, Callers callers) {
    return copy(c, egress, c.tasks(), mutualTls, callers);
  }

  private static EnvironmentConfig copy(
      EnvironmentConfig c,
      Egress egress,
      EnvironmentConfig.Tasks tasks,
      boolean mutualTls,
      Callers callers) {
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
        c.shards(),
        c.warmWrites(),
        c.budget(),
        c.logs());
  }

  private Configs() {}
}
