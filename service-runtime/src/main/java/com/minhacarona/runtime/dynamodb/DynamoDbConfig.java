package com.minhacarona.runtime.dynamodb;

import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address of the table, and how long to wait for its answers.
 *
 * @param tableName the table's name
 * @param region the AWS region
 * @param endpoint an address in place of AWS's, for DynamoDB Local; it never gets real credentials
 * @param maxConnections the most calls to the table at the same time, 1 to 10,000; further calls
 *     wait for a moment
 * @param readAttempt how long one attempt of a read may take, 30 s at most
 * @param transactionAttempt how long one attempt of a transaction may take, 30 s at most
 */
public record DynamoDbConfig(
    String tableName,
    String region,
    Optional<URI> endpoint,
    int maxConnections,
    Duration readAttempt,
    Duration transactionAttempt) {

  /** DynamoDB's rule for names ("Supported data types and naming rules"). */
  private static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z0-9_.-]{3,255}");

  private static final int DEFAULT_CONNECTIONS = 256;
  private static final int MAX_CONNECTIONS = 10_000;
  private static final Duration DEFAULT_READ_ATTEMPT = Duration.ofMillis(150);
  private static final Duration DEFAULT_TRANSACTION_ATTEMPT = Duration.ofMillis(400);
  private static final Duration MAX_ATTEMPT = Duration.ofSeconds(30);

  public static DynamoDbConfig from(Environment environment, String defaultTable) {
    Optional<URI> endpoint = environment.address("MINHA_CARONA_DYNAMODB_ENDPOINT");
    return new DynamoDbConfig(
        environment
            .matching(
                "MINHA_CARONA_TABLE",
                TABLE_NAME,
                "the name of a table: 3 to 255 letters, digits, '_', '-' and '.'")
            .orElse(defaultTable),
        endpoint.isPresent()
            ? environment.text("AWS_REGION", "sa-east-1")
            : environment.requiredText("AWS_REGION"),
        endpoint,
        environment.integer(
            "MINHA_CARONA_DYNAMODB_MAX_CONNECTIONS", DEFAULT_CONNECTIONS, 1, MAX_CONNECTIONS),
        environment.millis(
            "MINHA_CARONA_DYNAMODB_READ_ATTEMPT_MS", DEFAULT_READ_ATTEMPT, MAX_ATTEMPT),
        environment.millis(
            "MINHA_CARONA_DYNAMODB_TRANSACTION_ATTEMPT_MS",
            DEFAULT_TRANSACTION_ATTEMPT,
            MAX_ATTEMPT));
  }
}
