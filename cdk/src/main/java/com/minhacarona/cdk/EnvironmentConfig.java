package com.minhacarona.cdk;

import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.services.logs.RetentionDays;

/**
 * What differs between environments.
 *
 * @param name part of the name of everything in it
 * @param region where it is
 * @param tableName the table; {@code recovery} has the one of {@code production}
 * @param replica the region with a copy of the table that is seconds old, if there is one
 * @param ownsTable whether it creates the table, or finds it there as a replica
 * @param egress how tasks reach AWS
 * @param tasks of each service
 * @param mutualTls whether the load balancer asks callers for certificates of the trust store
 * @param callers who may call besides the public API and the residents that it acts for
 * @param api what differs of the public API
 * @param mail what e-mails come from
 * @param shards over how many shards of the index the open rides are spread
 * @param warmWrites what the table takes from the first moment on, beyond the 4,000 writes a second
 *     of a new table; AWS bills raising it, once
 * @param budget dollars a month
 * @param logs for how long logs are kept
 */
record EnvironmentConfig(
    String name,
    String region,
    String tableName,
    Optional<String> replica,
    boolean ownsTable,
    Egress egress,
    Tasks tasks,
    boolean mutualTls,
    Callers callers,
    PublicApi api,
    Mail mail,
    OpenShards shards,
    Optional<WarmWrites> warmWrites,
    int budget,
    RetentionDays logs) {

  static final String HOME = "sa-east-1";
  static final String AWAY = "us-east-1";

  private static final String PRODUCTION_TABLE = "minha-carona-production";
  private static final String DOMAIN = "minhacarona.com.br";

  /** To try things in: small, and as cheap as it gets. */
  static final EnvironmentConfig STAGING =
      new EnvironmentConfig(
          "staging",
          HOME,
          "minha-carona-staging",
          Optional.empty(),
          true,
          Egress.PUBLIC_ADDRESSES,
          new Tasks(512, 1024, 1, 2),
          false,
          Callers.NONE,
          new PublicApi(10, 50, 50, List.of("https://staging." + DOMAIN), Optional.empty()),
          new Mail("staging." + DOMAIN, Optional.empty()),
          OpenShards.ONE,
          Optional.empty(),
          120,
          RetentionDays.ONE_WEEK);

  /** For the residents of a condominium or two: one task, on capacity that may go away. */
  static final EnvironmentConfig SMALL =
      new EnvironmentConfig(
          "small",
          HOME,
          "minha-carona-small",
          Optional.empty(),
          true,
          Egress.PUBLIC_ADDRESSES,
          new Tasks(512, 1024, 1, 2, new Thrift(true, true, true, Optional.empty())),
          false,
          Callers.NONE,
          new PublicApi(10, 50, 50, List.of("https://small." + DOMAIN), Optional.empty()),
          new Mail("small." + DOMAIN, Optional.empty()),
          OpenShards.ONE,
          Optional.empty(),
          80,
          RetentionDays.ONE_WEEK);

  /** For the residents. */
  static final EnvironmentConfig PRODUCTION =
      new EnvironmentConfig(
          "production",
          HOME,
          PRODUCTION_TABLE,
          Optional.of(AWAY),
          true,
          Egress.NAT_GATEWAY,
          new Tasks(1024, 2048, 2, 10),
          false,
          Callers.NONE,
          new PublicApi(
              200, 2_000, 1_000, List.of("https://" + DOMAIN), Optional.of("api." + DOMAIN)),
          new Mail(DOMAIN, Optional.empty()),
          OpenShards.ONE,
          Optional.empty(),
          400,
          RetentionDays.ONE_MONTH);

  /** What takes production's place when its region is lost. Deployed then, not before. */
  static final EnvironmentConfig RECOVERY = PRODUCTION.onItsReplica("recovery", AWAY);

  /**
   * What production becomes for 5,000 bookings a second, and 15,000 at its peak: {@code
   * docs/operations/large.md} works it out. Synthesized and deployed by nobody.
   */
  static final EnvironmentConfig LARGE =
      new EnvironmentConfig(
          "large",
          HOME,
          "minha-carona-large",
          Optional.of(AWAY),
          true,
          Egress.NAT_GATEWAY,
          new Tasks(2048, 4096, 6, 120),
          false,
          Callers.NONE,
          new PublicApi(1_000, 10_000, 5_000, List.of("https://large." + DOMAIN), Optional.empty()),
          new Mail("large." + DOMAIN, Optional.empty()),
          new OpenShards(64, 64),
          Optional.of(new WarmWrites(160_000, 40_000)),
          100_000,
          RetentionDays.ONE_MONTH);

  static final List<EnvironmentConfig> ALL = List.of(STAGING, SMALL, PRODUCTION, RECOVERY, LARGE);

  private EnvironmentConfig onItsReplica(String name, String region) {
    return new EnvironmentConfig(
        name,
        region,
        tableName,
        Optional.empty(),
        false,
        egress,
        tasks,
        mutualTls,
        callers,
        api,
        mail,
        shards,
        Optional.empty(),
        budget,
        logs);
  }

  /** The name of one thing in this environment. */
  String named(String thing) {
    return "minha-carona-%s-%s".formatted(name, thing);
  }

  /** A setting of this environment that the account keeps, in the Systems Manager's store. */
  String parameter(String setting) {
    return "/minha-carona/%s/%s".formatted(name, setting);
  }

  /**
   * The public API.
   *
   * @param concurrency how many requests it answers at a time: Lambda keeps these for it, and
   *     starts no more
   * @param rate requests a second that the gateway lets in
   * @param burst how many of them at once
   * @param origins of the pages whose scripts may call it
   * @param domain the name that it has instead of the gateway's; its certificate is in the
   *     parameter {@code api-certificate-arn}
   */
  record PublicApi(
      int concurrency, int rate, int burst, List<String> origins, Optional<String> domain) {
    PublicApi {
      origins = List.copyOf(origins);
    }
  }

  /**
   * What e-mails come from.
   *
   * @param domain of this environment alone, because a region knows a domain once
   * @param replyTo the address that answers go to, when it is not the one they come from
   */
  record Mail(String domain, Optional<String> replyTo) {
    /** The address that e-mails come from, and no other. */
    String from() {
      return "avisos@" + domain;
    }

    /** The app's page where residents change what they are told: e-mails link to it. */
    String unsubscribe() {
      return "https://" + domain + "/avisos";
    }
  }

  /**
   * What a table takes from the first moment on.
   *
   * @param table writes a second to its items
   * @param index writes a second to the index of open rides, in all of its shards together
   */
  record WarmWrites(int table, int index) {}

  /**
   * The tasks of a kind.
   *
   * @param cpu of each, in 1/1024 of a vCPU; 512 to 2048
   * @param memory of each, in MiB; 1024 to 4096
   * @param min how many there always are
   * @param max how many there may be
   * @param thrift what is saved on them
   */
  record Tasks(int cpu, int memory, int min, int max, Thrift thrift) {
    /** Tasks on which nothing is saved. */
    Tasks(int cpu, int memory, int min, int max) {
      this(cpu, memory, min, max, Thrift.NONE);
    }
  }
}
