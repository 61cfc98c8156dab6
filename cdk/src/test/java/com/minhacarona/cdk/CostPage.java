package com.minhacarona.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The table of {@code docs/costs.md}: what months of three sizes cost, from what the templates
 * deploy, what each call consumes ({@code capacity.json}) and what AWS asks for it ({@code
 * prices.json}).
 */
final class CostPage {
  private static final double HOURS = 730;
  private static final double MILLION = 1e6;
  private static final double GB = 1e9;
  private static final Path OPERATIONS = MinhaCaronaApp.ROOT.resolve("docs/operations");

  /** What residents do around one booking: guesses, all of them on the page. */
  static final double CARONAS = 1.0 / 3;

  static final double LAST_VAGAS = 1.0 / 3;
  private static final double REFUSED = 0.2;
  static final double CANCELLED = 0.1;
  private static final double CHECKS = 10;
  private static final double CHECKS_FROM_MEMORY = 0.5;
  private static final double LISTS = 2;
  private static final double CALLS =
      1 + REFUSED + CANCELLED + CHECKS + LISTS + 3 * CARONAS /* offered, left, arrived */;

  /** Changed rides and reservations: a booking changes one of each. */
  private static final double CHANGED_CARONAS = 1 + CANCELLED + 3 * CARONAS;

  private static final double CHANGES = CHANGED_CARONAS + 1 + CANCELLED;

  /** Booked, cancelled, full; offered, left, arrived. */
  private static final double EVENTS = 1 + CANCELLED + LAST_VAGAS + 3 * CARONAS;

  /** Events that somebody is told of: booked, cancelled, full, under way. */
  private static final double NOTIFIED = 1 + CANCELLED + LAST_VAGAS + CARONAS;

  /** Booked: passenger and driver. Cancelled and full: the driver. Under way: passengers. */
  private static final double NOTICES = 2 + CANCELLED + LAST_VAGAS + (1 - CANCELLED);

  /**
   * Of a notice: claimed and ended, a transaction each, as the code does it and nobody measured.
   */
  private static final double NOTICE_WRITES = 2 * 2;

  /** And the resident, in a weak read. */
  private static final double NOTICE_READS = 0.5;

  /** Notices for which a resident chose SMS, of all; the others are e-mails. A guess. */
  private static final double SMS = 0.0003;

  /** Bytes of one access line, and of a call with its answer; of an item with its keys. */
  private static final double LINE = 450;

  private static final double CALL = 1_000;
  private static final double ITEM = 500;

  /**
   * What the table keeps: 90 days of rides with pointers, twice that of reservations, half a month
   * of notices.
   */
  private static final double ITEMS_KEPT = 3 * 2 * CARONAS + 6 + NOTICES / 2;

  private static final double TRACED = 0.05;

  /** Bytes of the two lines that a request to the public API leaves, and seconds that it takes. */
  private static final double API_LINES = 650;

  private static final double API_SECONDS = 0.04;

  /** What Amazon Linux has for a disk. */
  private static final double INSTANCE_GB = 8;

  /** An empty queue is asked three times a minute. */
  private static final double POLLS = 3 * 60 * HOURS;

  private static final int MESSAGES_OF_A_REQUEST = 10;

  /** Of a queue that is worked off: received with others, and deleted by itself. */
  private static final double REQUESTS_OF_A_MESSAGE = 1.0 / MESSAGES_OF_A_REQUEST + 1;

  /** Series of both services, and those that alarms read (docs/operations.md, "Metrics"). */
  private static final int SERIES = 74;

  private static final int SERIES_OF_ALARMS = 11;

  /** A process of the public API asks for a token again at four fifths of its hour. */
  private static final double TOKENS = HOURS / 0.8;

  private static final double THOUSAND = 1e3;

  private final JsonNode prices = Synthesis.json(OPERATIONS.resolve("prices.json"));
  private final JsonNode capacity = Synthesis.json(OPERATIONS.resolve("capacity.json"));
  private final Synthesis synthesis;

  CostPage(Synthesis synthesis) {
    this.synthesis = synthesis;
  }

  /** A month of a size; {@code apis} are the processes of the public API. */
  private record Month(
      String name, EnvironmentConfig config, double bookings, int tasks, int apis) {}

  private static final List<Month> MONTHS =
      List.of(
          new Month("small", EnvironmentConfig.SMALL, 30_000, 1, 1),
          new Month("staging", EnvironmentConfig.STAGING, 30_000, 1, 1),
          new Month("medium", EnvironmentConfig.PRODUCTION, 3e6, 2, 5),
          new Month("large", EnvironmentConfig.PRODUCTION, 300e6, 10, 100));

  /**
   * One line of a bill.
   *
   * @param price the name of its price
   * @param quantity how many of them
   * @param grows whether it grows with bookings
   */
  private record Line(String price, double quantity, boolean grows) {}

  String table() {
    List<List<Line>> months = MONTHS.stream().map(this::lines).toList();
    StringBuilder table = new StringBuilder("| a month, dollars | price |");
    MONTHS.forEach(m -> table.append(" %s |".formatted(m.name())));
    table.append("\n|---|---:|" + "---:|".repeat(MONTHS.size()) + "\n");
    for (int i = 0; i < months.getFirst().size(); i++) {
      String price = months.getFirst().get(i).price();
      table.append("| %s | %s |".formatted(price, prices.get(price).asText()));
      for (List<Line> month : months) {
        table.append(" %s |".formatted(dollars(cost(month.get(i)))));
      }
      table.append("\n");
    }
    table.append("| **in all** | |");
    months.forEach(month -> table.append(" **%s** |".formatted(dollars(total(month)))));
    List<Line> large = months.getLast();
    table.append(
        "\n\nA million bookings, with all that comes with them: %s dollars."
            .formatted(
                dollars(
                    large.stream().filter(Line::grows).mapToDouble(this::cost).sum()
                        / (MONTHS.getLast().bookings() / MILLION))));
    return table.append("\n").toString();
  }

  /** A way to run the small environment. */
  private record Variant(
      String name, String region, boolean spot, Optional<Thrift.Night> night, String without) {}

  private static final Thrift.Night NIGHT = new Thrift.Night(23, 5);
  private static final String NOTHING = "";
  private static final String CALM =
      "nobody is served for some minutes when AWS takes the task back, or has none to give";
  private static final String NIGHTS = "nobody is served from 23 to 5 o'clock";
  private static final String FAR =
      "each call takes some 120 ms more; the data is in another country";

  private static final List<Variant> VARIANTS =
      List.of(
          new Variant("on demand", EnvironmentConfig.HOME, false, Optional.empty(), NOTHING),
          new Variant(
              "on demand, nights off", EnvironmentConfig.HOME, false, Optional.of(NIGHT), NIGHTS),
          new Variant("Spot, as deployed", EnvironmentConfig.HOME, true, Optional.empty(), CALM),
          new Variant(
              "Spot, nights off",
              EnvironmentConfig.HOME,
              true,
              Optional.of(NIGHT),
              CALM + "; " + NIGHTS),
          new Variant("us-east-1, on demand", EnvironmentConfig.AWAY, false, Optional.empty(), FAR),
          new Variant(
              "us-east-1, Spot",
              EnvironmentConfig.AWAY,
              true,
              Optional.empty(),
              CALM + "; " + FAR));

  /** What the small month costs in other ways, and how much of it is the services' own. */
  String variants() {
    StringBuilder table =
        new StringBuilder(
            """
            | small, a month | in all | of that the services | what is given up |
            |---|---:|---:|---|
            """);
    for (Variant variant : VARIANTS) {
      List<Line> lines = lines(variant);
      double all = lines.stream().mapToDouble(l -> cost(l, variant.region())).sum();
      double others =
          lines.stream()
              .filter(l -> OF_OTHERS.stream().anyMatch(l.price()::startsWith))
              .mapToDouble(l -> cost(l, variant.region()))
              .sum();
      table.append(
          "| %s | %s | %s | %s |\n"
              .formatted(variant.name(), dollars(all), dollars(all - others), variant.without()));
    }
    return table.toString();
  }

  /** Messages to residents, and the public API: the same wherever the services run. */
  private static final List<String> OF_OTHERS =
      List.of(
          "SES",
          "SNS, SMS",
          "Cognito",
          "API Gateway",
          "Lambda",
          "data to the internet",
          "Secrets Manager",
          "t4g.nano",
          "EBS");

  private List<Line> lines(Variant variant) {
    return lines(
        new Month(
            variant.name(),
            Configs.thrift(
                EnvironmentConfig.SMALL, new Thrift(true, variant.spot(), true, variant.night())),
            30_000,
            1,
            1));
  }

  private List<Line> lines(Month month) {
    EnvironmentConfig config = month.config();
    double bookings = month.bookings();
    double tasks = month.tasks() * TaskKind.of(config).size();
    double replicas = config.replica().isPresent() ? 1 : 0;
    double calls = bookings * CALLS;
    double changes = bookings * CHANGES;
    double stored = bookings * ITEMS_KEPT * ITEM / GB;
    double logs = calls * LINE / GB;
    List<Line> lines = new ArrayList<>();
    JsonNode task =
        synthesis.properties(config.named("services"), "AWS::ECS::TaskDefinition").getFirst();
    Thrift thrift = config.tasks().thrift();
    double hours = HOURS * (1 - thrift.night().map(night -> night.hours() / 24.0).orElse(0.0));
    double vcpus = task.get("Cpu").asDouble() / 1024 * tasks * hours;
    double memory = task.get("Memory").asDouble() / 1024 * tasks * hours;
    fixed(lines, "fargate arm64, vCPU-hour", thrift.spot() ? 0 : vcpus);
    fixed(lines, "fargate arm64, GB-hour", thrift.spot() ? 0 : memory);
    fixed(lines, "fargate arm64 on Spot, vCPU-hour", thrift.spot() ? vcpus : 0);
    fixed(lines, "fargate arm64 on Spot, GB-hour", thrift.spot() ? memory : 0);
    double balancers = count(config, "services", "AWS::ElasticLoadBalancingV2::LoadBalancer");
    fixed(lines, "load balancer, hour", balancers * HOURS);
    // A unit is a gigabyte an hour; of connections and rules there are few.
    grows(lines, "load balancer capacity unit, hour", calls * CALL / GB);
    double gateways = count(config, "network", "AWS::EC2::NatGateway");
    fixed(lines, "NAT gateway, hour", gateways * HOURS);
    grows(lines, "NAT gateway, GB", gateways > 0 ? logs : 0);
    double instances = count(config, "network", "AWS::EC2::Instance");
    fixed(lines, "t4g.nano, hour", instances * HOURS);
    fixed(lines, "EBS gp3, GB-month", instances * INSTANCE_GB);
    double addresses =
        config.egress() == Egress.PUBLIC_ADDRESSES
            ? tasks * hours + instances * HOURS
            : gateways * HOURS;
    fixed(lines, "public IPv4 address, hour", addresses);
    publicApi(lines, config, calls);
    double notices = bookings * NOTICES;
    double writes = bookings * units("write", "index") + notices * NOTICE_WRITES;
    grows(lines, "DynamoDB, million write units", writes / MILLION);
    grows(
        lines,
        "DynamoDB in us-east-1, million replicated write units",
        writes * replicas / MILLION);
    grows(
        lines,
        "DynamoDB, million read units",
        (bookings * units("read") + notices * NOTICE_READS) / MILLION);
    grows(lines, "DynamoDB, GB-month", stored);
    grows(lines, "DynamoDB in us-east-1, GB-month", stored * replicas);
    grows(lines, "DynamoDB point-in-time recovery, GB-month", stored);
    grows(lines, "DynamoDB point-in-time recovery in us-east-1, GB-month", stored * replicas);
    grows(lines, "EventBridge Pipes, million requests", changes / MILLION);
    grows(lines, "SNS, million publications", (changes + bookings * EVENTS) / MILLION);
    double messages = bookings * CHANGED_CARONAS * month.tasks();
    grows(
        lines,
        "SQS, million requests",
        (POLLS * month.tasks() * (1 + workQueues(config))
                + 2 * messages / MESSAGES_OF_A_REQUEST
                + (changes + bookings * NOTIFIED) * REQUESTS_OF_A_MESSAGE)
            / MILLION);
    grows(lines, "SES, thousand e-mails", notices * (1 - SMS) / THOUSAND);
    grows(lines, "SNS, SMS to Brazil", notices * SMS);
    fixed(lines, "CloudWatch, metric", thrift.alarmsOnly() ? SERIES_OF_ALARMS : SERIES);
    fixed(lines, "CloudWatch, metric of an alarm", alarmMetrics(config));
    // Each task publishes once a minute.
    fixed(lines, "CloudWatch, thousand PutMetricData", tasks * hours * 60 / THOUSAND);
    fixed(
        lines,
        "Route 53, hosted zone",
        count(config, "services", "AWS::ServiceDiscovery::PrivateDnsNamespace"));
    grows(lines, "CloudWatch Logs, GB", logs + calls * API_LINES / GB);
    double clients =
        synthesis.properties(config.named("identity"), "AWS::Cognito::UserPoolClient").stream()
            .filter(client -> client.toString().contains("client_credentials"))
            .count();
    fixed(lines, "Cognito, client of a program", clients);
    grows(lines, "Cognito, thousand tokens of programs", month.apis() * TOKENS / THOUSAND);
    grows(lines, "X-Ray, million traces", calls * TRACED / MILLION);
    grows(lines, "data between regions, GB", replicas * changes * ITEM / GB);
    return lines;
  }

  /** All calls come by it. */
  private void publicApi(List<Line> lines, EnvironmentConfig config, double calls) {
    JsonNode function = synthesis.only(config.named("api"), "AWS::Lambda::Function");
    double gigabytes = function.get("MemorySize").asDouble() / 1024;
    grows(lines, "API Gateway, million requests of an HTTP API", calls / MILLION);
    grows(lines, "Lambda, million requests", calls / MILLION);
    grows(lines, "Lambda arm64, million GB-seconds", calls * API_SECONDS * gigabytes / MILLION);
    grows(lines, "data to the internet, GB", calls * CALL / GB);
    fixed(
        lines, "Secrets Manager, secret", count(config, "identity", "AWS::SecretsManager::Secret"));
  }

  /** The capacity units of one booking and of what comes with it. */
  private double units(String... kinds) {
    double units = 0;
    for (String kind : kinds) {
      units += (1 - LAST_VAGAS) * unit("ProcessarReserva", kind);
      units += LAST_VAGAS * unit("ProcessarReserva, last seat", kind);
      units += REFUSED * unit("ProcessarReserva, refused", kind);
      units += CANCELLED * unit("UpdateReservaStatus", kind);
      units += CHECKS * (1 - CHECKS_FROM_MEMORY) * unit("CheckVagas", kind);
      units += LISTS * unit("ListCaronasDisponiveis, 10 rides", kind);
      units += CARONAS * unit("CreateCarona", kind);
      units += CARONAS * unit("UpdateCaronaStatus, leaves", kind);
      units += CARONAS * unit("UpdateCaronaStatus, arrives", kind);
    }
    return units;
  }

  private double unit(String call, String kind) {
    return capacity.get(call).get(kind).asDouble();
  }

  private double count(EnvironmentConfig config, String stack, String type) {
    return synthesis.properties(config.named(stack), type).size();
  }

  /** The queues that each task of reserva-service asks, one request at a time. */
  private long workQueues(EnvironmentConfig config) {
    return synthesis.properties(config.named("messaging"), "AWS::SQS::Queue").stream()
        .filter(queue -> queue.has("RedrivePolicy"))
        .count();
  }

  private double alarmMetrics(EnvironmentConfig config) {
    return synthesis.properties(config.named("operations"), "AWS::CloudWatch::Alarm").stream()
        .mapToLong(alarm ->
            alarm.has("Metrics")
                ? alarm.get("Metrics").valueStream().filter(m -> m.has("MetricStat")).count()
                : 1)
        .sum();
  }

  private double cost(Line line) {
    return cost(line, EnvironmentConfig.HOME);
  }

  /** Where a region has no price of its own, it has that of {@code sa-east-1}. */
  private double cost(Line line, String region) {
    JsonNode own = prices.path(region).path(line.price());
    return line.quantity() * (own.isMissingNode() ? prices.get(line.price()) : own).asDouble();
  }

  private double total(List<Line> lines) {
    return lines.stream().mapToDouble(this::cost).sum();
  }

  private static void fixed(List<Line> lines, String price, double quantity) {
    lines.add(new Line(price, quantity, false));
  }

  private static void grows(List<Line> lines, String price, double quantity) {
    lines.add(new Line(price, quantity, true));
  }

  private static String dollars(double amount) {
    return String.format(Locale.ROOT, amount < 100 ? "%.2f" : "%.0f", amount);
  }
}
