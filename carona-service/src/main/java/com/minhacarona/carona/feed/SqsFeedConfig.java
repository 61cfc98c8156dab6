package com.minhacarona.carona.feed;

import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.util.Optional;

/**
 * Where changes come from when there are many tasks.
 *
 * @param topicArn the SNS topic of the table's stream records
 * @param sqsEndpoint another address than AWS's, for tests; it never gets real credentials
 * @param snsEndpoint likewise
 */
public record SqsFeedConfig(String topicArn, Optional<URI> sqsEndpoint, Optional<URI> snsEndpoint) {

  /** Empty when no topic is set: then the table's own stream is read. */
  public static Optional<SqsFeedConfig> from(Environment environment) {
    Optional<URI> sqsEndpoint = environment.address("MINHA_CARONA_SQS_ENDPOINT");
    Optional<URI> snsEndpoint = environment.address("MINHA_CARONA_SNS_ENDPOINT");
    return environment
        .optionalText("MINHA_CARONA_UPDATES_TOPIC_ARN")
        .map(topicArn -> new SqsFeedConfig(topicArn, sqsEndpoint, snsEndpoint));
  }
}
