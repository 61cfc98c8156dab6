package com.minhacarona.local;

import com.google.inject.Module;
import com.minhacarona.carona.CaronaModule;
import com.minhacarona.carona.UpdatesModule;
import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.client.MinhaCaronaClientBuilder;
import com.minhacarona.reserva.Queue;
import com.minhacarona.reserva.QueuesModule;
import com.minhacarona.reserva.ReservaModule;
import com.minhacarona.reserva.events.QueuedEventsModule;
import com.minhacarona.reserva.events.StreamedChangesModule;
import com.minhacarona.reserva.notifications.NotificationsConfig;
import com.minhacarona.reserva.notifications.NotificationsModule;
import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbModule;
import com.minhacarona.runtime.metrics.MetricsConfig;
import com.minhacarona.runtime.process.Injectors;
import com.minhacarona.runtime.queue.QueueConfig;
import com.minhacarona.runtime.queue.QueueModule;
import com.minhacarona.runtime.server.GrpcServerConfig;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.server.ServiceConfig;
import com.minhacarona.runtime.server.ServiceModule;
import com.minhacarona.runtime.tracing.TracingConfig;
import com.minhacarona.table.Invariants;
import com.minhacarona.table.MinhaCaronaTable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Runs both services on DynamoDB Local, with the classes of production and another endpoint. */
final class LocalSystem {
  private static final String MAIL_FROM = "avisos@example.com";

  private final URI dynamoDbEndpoint;

  /** Kept for its lock. */
  @SuppressWarnings("unused")
  private final Optional<DataFolder> dataFolder;

  private final DynamoDbClient dynamoDb;
  private final Optional<ThrowawayAuthority> authority;
  private final LocalQueues queues;
  private final Pages pages;
  private final Service carona;
  private final Service reserva;

  private LocalSystem(
      URI dynamoDbEndpoint,
      Optional<DataFolder> dataFolder,
      DynamoDbClient dynamoDb,
      Optional<ThrowawayAuthority> authority,
      LocalQueues queues,
      Pages pages,
      Service carona,
      Service reserva) {
    this.dynamoDbEndpoint = dynamoDbEndpoint;
    this.dataFolder = dataFolder;
    this.dynamoDb = dynamoDb;
    this.authority = authority;
    this.queues = queues;
    this.pages = pages;
    this.carona = carona;
    this.reserva = reserva;
  }

  /**
   * Starts the system, and returns when it serves.
   *
   * @param authority knows who may call; anybody on this machine when empty
   * @param told hears of each message to a resident
   */
  static LocalSystem start(
      LocalConfig config, Optional<ThrowawayAuthority> authority, Consumer<Mailbox.Received> told)
      throws Exception {
    Optional<DataFolder> dataFolder = config.dataDir().map(DataFolder::lock);
    URI endpoint = DynamoDbLocal.start(dataFolder);
    DynamoDbConfig table = LocalConfig.dynamoDb(endpoint);
    DynamoDbClient dynamoDb = DynamoDbModule.client(table);
    DynamoDbLocal.createTable(dynamoDb, MinhaCaronaTable.DEFAULT_NAME);
    DemoResidents.create(dynamoDb, MinhaCaronaTable.DEFAULT_NAME);
    LocalQueues queues = LocalQueues.start(config.sqsPort());
    Map<Queue, QueueConfig> read =
        Map.of(
            Queue.RESERVATIONS,
            queues.create(Queue.RESERVATIONS),
            Queue.NOTIFICATIONS,
            queues.create(Queue.NOTIFICATIONS));
    Pages pages = Pages.start(config.metricsPort(), new Mailbox(Clock.systemUTC(), told));
    LocalSystem system =
        new LocalSystem(
            endpoint,
            dataFolder,
            dynamoDb,
            authority,
            queues,
            pages,
            service(
                "carona-service",
                config.carona(),
                authority,
                table,
                pages,
                new CaronaModule(config.caronaConfig()),
                new UpdatesModule(),
                new DynamoDbStreamsFeedModule()),
            service(
                "reserva-service",
                config.reserva(),
                authority,
                table,
                pages,
                new ReservaModule(),
                new QueueModule(Optional.of(queues.endpoint())),
                new QueuesModule(read),
                new QueuedEventsModule(read.get(Queue.NOTIFICATIONS).url()),
                new StreamedChangesModule(),
                new NotificationsModule(notifications(pages.address()))));
    system.carona.start();
    system.reserva.start();
    if (authority.isEmpty()) {
      pages.show("/settings", system.settings(read.get(Queue.RESERVATIONS).url()));
    }
    return system;
  }

  URI dynamoDbEndpoint() {
    return dynamoDbEndpoint;
  }

  URI sqsEndpoint() {
    return queues.endpoint();
  }

  /** Where meters and mailbox are shown. */
  URI pages() {
    return pages.address();
  }

  int caronaPort() {
    return carona.port();
  }

  int reservaPort() {
    return reserva.port();
  }

  int caronaMtlsPort() {
    return carona.mtlsPort();
  }

  int reservaMtlsPort() {
    return reserva.mtlsPort();
  }

  /**
   * What a client in another process needs to know, as lines that a shell can export; and with what
   * a test can start another process of either service.
   */
  private String settings(String reservations) {
    return """
    MINHA_CARONA_TARGET=127.0.0.1:%s
    MINHA_CARONA_RESERVA_TARGET=127.0.0.1:%s
    MINHA_CARONA_DYNAMODB_ENDPOINT=%s
    MINHA_CARONA_SQS_ENDPOINT=%s
    MINHA_CARONA_RESERVATIONS_QUEUE_URL=%s
    MINHA_CARONA_JAVA=%s
    MINHA_CARONA_CLASS_PATH=%s
    """
        .formatted(
            caronaPort(),
            reservaPort(),
            dynamoDbEndpoint,
            sqsEndpoint(),
            reservations,
            Path.of(System.getProperty("java.home"), "bin", "java"),
            System.getProperty("java.class.path"));
  }

  /** A client of both services. */
  MinhaCaronaClient client() {
    return authority
        .map(known ->
            client(carona.mtlsPort(), reserva.mtlsPort())
                .trust(known.file("ca.pem"))
                .clientCertificate(known.file("service.pem"), known.file("service.key")))
        .orElseGet(() -> client(caronaPort(), reservaPort()).plaintext())
        .build();
  }

  private static MinhaCaronaClientBuilder client(int caronaPort, int reservaPort) {
    return MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + caronaPort)
        .reservaTarget("dns:///127.0.0.1:" + reservaPort);
  }

  /** The inconsistencies of the table, one sentence each; empty when there are none. */
  List<String> violations() {
    return Invariants.violations(dynamoDb, MinhaCaronaTable.DEFAULT_NAME);
  }

  void stop() throws InterruptedException {
    carona.stop();
    reserva.stop();
    queues.stop();
    pages.stop();
  }

  /** The pages take what residents are told, in place of SES and SNS. */
  private static NotificationsConfig notifications(URI providers) {
    return new NotificationsConfig(
        Optional.of(MAIL_FROM),
        Optional.empty(),
        Optional.empty(),
        NotificationsConfig.DEFAULT_ZONE,
        Optional.of(providers),
        Optional.of(providers));
  }

  private static Service service(
      String name,
      GrpcServerConfig server,
      Optional<ThrowawayAuthority> authority,
      DynamoDbConfig table,
      Pages pages,
      Module... features) {
    ServiceConfig config =
        new ServiceConfig(
            authority
                .map(known -> server.with(server.listener().withTls(known.tls())))
                .orElse(server),
            authority.map(ThrowawayAuthority::auth).orElse(AuthConfig.OPEN),
            table,
            MetricsConfig.unpublished(name),
            TracingConfig.untraced(name));
    List<Module> modules = new ArrayList<>(List.of(features));
    modules.add(new ServiceModule(config, pages.registry()));
    return Injectors.create(modules).getInstance(Service.class);
  }
}
