package com.minhacarona.local;

import com.minhacarona.carona.CaronaConfig;
import com.minhacarona.runtime.connections.ListenerConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.process.LogLevel;
import com.minhacarona.runtime.server.GrpcServerConfig;
import com.minhacarona.table.MinhaCaronaTable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of the system on one machine.
 *
 * @param metricsPort the port of the pages; 0 takes any free one
 * @param sqsPort the port of the queues; 0 takes any free one
 * @param logLevel only checked here; {@code logback-local.xml} reads the variable itself
 * @param dataDir where the table is kept; in memory when empty
 */
record LocalConfig(
    GrpcServerConfig carona,
    GrpcServerConfig reserva,
    CaronaConfig caronaConfig,
    int metricsPort,
    int sqsPort,
    String logLevel,
    Optional<Path> dataDir) {
  private static final int CARONA_PORT = 50051;
  private static final int RESERVA_PORT = 50052;
  private static final int CARONA_MTLS_PORT = 50443;
  private static final int RESERVA_MTLS_PORT = 50444;
  static final int METRICS_PORT = 9464;

  /** ElasticMQ's own default. */
  private static final int SQS_PORT = 9324;

  private static final int MAX_PORT = 65_535;
  private static final int CONNECTIONS = 64;

  /** Generous, because DynamoDB Local shares the machine, and is slow at first. */
  private static final Duration ATTEMPT = Duration.ofSeconds(5);

  static LocalConfig from(Environment environment) {
    return new LocalConfig(
        server(
            environment,
            "MINHA_CARONA_CARONA_PORT",
            CARONA_PORT,
            "MINHA_CARONA_CARONA_MTLS_PORT",
            CARONA_MTLS_PORT),
        server(
            environment,
            "MINHA_CARONA_RESERVA_PORT",
            RESERVA_PORT,
            "MINHA_CARONA_RESERVA_MTLS_PORT",
            RESERVA_MTLS_PORT),
        CaronaConfig.from(environment),
        environment.integer("MINHA_CARONA_METRICS_PORT", METRICS_PORT, 0, MAX_PORT),
        environment.integer("MINHA_CARONA_SQS_PORT", SQS_PORT, 0, MAX_PORT),
        LogLevel.from(environment),
        environment.path("MINHA_CARONA_DATA_DIR"));
  }

  /** No other machine gets through. */
  private static GrpcServerConfig server(
      Environment environment, String port, int defaultPort, String mtlsPort, int defaultMtlsPort) {
    return GrpcServerConfig.from(
            environment,
            new ListenerConfig(
                environment.integer(port, defaultPort, 0, MAX_PORT),
                port,
                environment.integer(mtlsPort, defaultMtlsPort, 0, MAX_PORT),
                mtlsPort,
                Optional.empty(),
                true))
        .atOnce();
  }

  static DynamoDbConfig dynamoDb(URI endpoint) {
    return new DynamoDbConfig(
        MinhaCaronaTable.DEFAULT_NAME,
        "sa-east-1",
        Optional.of(endpoint),
        CONNECTIONS,
        ATTEMPT,
        ATTEMPT);
  }
}
