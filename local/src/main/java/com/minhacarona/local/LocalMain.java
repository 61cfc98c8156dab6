package com.minhacarona.local;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.process.JavaUtilLogging;
import com.minhacarona.runtime.process.ProcessExit;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.LoggerFactory;

/**
 * Runs the whole system on one machine, with demo data, until Ctrl-C. With {@value #TLS}, callers
 * must prove who they are.
 */
final class LocalMain {
  private static final String TLS = "--tls";

  /** Of this module's folder, from which Maven starts this. */
  private static final Path CERTIFICATES = Path.of("target", "tls").toAbsolutePath();

  public static void main(String[] args) {
    // DynamoDB Local writes the numbers of its SQL in the digits of the default locale.
    Locale.setDefault(Locale.ROOT);
    System.setProperty("logback.configurationFile", "logback-local.xml");
    JavaUtilLogging.toLogback();
    try {
      Environment environment = new Environment(System.getenv());
      LocalConfig config = LocalConfig.from(environment);
      environment.verify();
      Optional<ThrowawayAuthority> authority =
          Arrays.asList(args).contains(TLS)
              ? Optional.of(ThrowawayAuthority.create(CERTIFICATES))
              : Optional.empty();
      LocalSystem system = LocalSystem.start(config, authority, LocalMain::print);
      ProcessExit.onSignal(() -> stop(system));
      System.out.println(banner(system, authority.isPresent(), demoData(system)));
    } catch (Throwable t) {
      ProcessExit.abort(t);
    }
  }

  private static List<String> demoData(LocalSystem system) {
    // No caller made these calls, so the access log leaves them out.
    Logger accessLog = (Logger) LoggerFactory.getLogger("access");
    accessLog.setLevel(Level.WARN);
    try (MinhaCaronaClient client = system.client()) {
      return new DemoData(client).create(Instant.now());
    } finally {
      accessLog.setLevel(Level.INFO);
    }
  }

  private static String banner(LocalSystem system, boolean tls, List<String> caronas)
      throws Exception {
    Properties version = new Properties();
    version.load(LocalMain.class.getResourceAsStream("/version.properties"));
    Duration sinceStart =
        Duration.ofMillis(
            System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
    return """

    Minha Carona %s is ready, %s ms after its start. Ctrl-C stops it.
      CaronaService    127.0.0.1:%s
      ReservaService   127.0.0.1:%s
      DynamoDB Local   %s
      Queues           %s
      Metrics          %s/metrics
      Mailbox          %s/mailbox
    """
            .formatted(
                version.getProperty("version"),
                sinceStart.toMillis(),
                system.caronaPort(),
                system.reservaPort(),
                system.dynamoDbEndpoint(),
                system.sqsEndpoint(),
                system.pages(),
                system.pages())
        + (caronas.isEmpty()
            ? ""
            : tls ? tryTls(system, caronas.getFirst()) : tryIt(system, caronas.getFirst()));
  }

  /** Anybody asks for health, a service books by certificate, somebody on call looks by token. */
  private static String tryTls(LocalSystem system, String carona) {
    return """

    Try it:
      grpcurl -cacert %1$s/ca.pem -protoset %1$s/health.protoset localhost:%2$s grpc.health.v1.Health/Check
      grpcurl -cacert %1$s/ca.pem -cert %1$s/service.pem -key %1$s/service.key -d '{"request_id": "7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11", "carona_id": "%4$s", "usuario_id": "zeca", "condominio_id": "condominio-aurora"}' localhost:%3$s minhacarona.v1.ReservaService/ProcessarReserva
      grpcurl -cacert %1$s/ca.pem -H "authorization: Bearer $(cat %1$s/on-call.token)" -d '{"carona_id": "%4$s"}' localhost:%2$s minhacarona.v1.CaronaService/CheckVagas
    """
        .formatted(
            fromWhereItWasStarted(CERTIFICATES),
            system.caronaPort(),
            system.reservaMtlsPort(),
            carona);
  }

  /** The path as a person types it in the terminal of the run command. */
  private static Path fromWhereItWasStarted(Path path) {
    return Optional.ofNullable(System.getenv("PWD"))
        .map(Path::of)
        .filter(path::startsWith)
        .map(folder -> folder.relativize(path))
        .orElse(path);
  }

  private static String tryIt(LocalSystem system, String carona) {
    return """

    Try it:
      grpcurl -plaintext 127.0.0.1:%1$s list
      grpcurl -plaintext -d '{"carona_id": "%3$s"}' 127.0.0.1:%1$s minhacarona.v1.CaronaService/CheckVagas
      grpcurl -plaintext -d '{"request_id": "7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11", "carona_id": "%3$s", "usuario_id": "zeca", "condominio_id": "condominio-aurora"}' 127.0.0.1:%2$s minhacarona.v1.ReservaService/ProcessarReserva
    """
            .formatted(system.caronaPort(), system.reservaPort(), carona)
        + restApi(system.pages().getPort());
  }

  /** It asks the pages for all other addresses. */
  private static String restApi(int metricsPort) {
    return """
      %sapi/run    # The REST API beside it, on http://127.0.0.1:8000
    """
        .formatted(
            metricsPort == LocalConfig.METRICS_PORT
                ? ""
                : "MINHA_CARONA_METRICS_PORT=%s ".formatted(metricsPort));
  }

  private static void print(Mailbox.Received message) {
    System.out.printf(
        "%s to %s: %s%n",
        message.channel(),
        message.to(),
        message.subject().isEmpty() ? message.text() : message.subject());
  }

  private static void stop(LocalSystem system) throws InterruptedException {
    system.stop();
    List<String> violations = system.violations();
    System.out.println(
        violations.isEmpty()
            ? "Stopped: every call was answered, and the table is consistent."
            : "Stopped, and the table is inconsistent:\n  " + String.join("\n  ", violations));
  }

  private LocalMain() {}
}
