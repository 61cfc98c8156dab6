package com.minhacarona.carona.feed;

import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where changes come from when there are many tasks.
 *
 * @param topicArn the SNS topic of the table's stream records
 * @param sqsEndpoint another address than AWS's, for tests; it never gets real credentials
 * @param snsEndpoint likewise
 * @param policyPropagation how long SNS may drop what it publishes to a queue that is new
 */
public record SqsFeedConfig(
    String topicArn,
    Optional<URI> sqsEndpoint,
    Optional<URI> snsEndpoint,
    Duration policyPropagation) {
  /** "Most attributes take up to 60 seconds to propagate" (SQS's API reference), and a margin. */
  private static final Duration POLICY_PROPAGATION = Duration.ofSeconds(70);

  private static final Pattern TOPIC_ARN =
      Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}");

  /** Empty when no topic is set: then the table's own stream is read. */
  public static Optional<SqsFeedConfig> from(Environment environment) {
    Optional<URI> sqsEndpoint = environment.address("MINHA_CARONA_SQS_ENDPOINT");
    Optional<URI> snsEndpoint = environment.address("MINHA_CARONA_SNS_ENDPOINT");
    return environment
        .matching("MINHA_CARONA_UPDATES_TOPIC_ARN", TOPIC_ARN, "the ARN of an SNS topic")
        .map(topicArn -> new SqsFeedConfig(topicArn, sqsEndpoint, snsEndpoint, POLICY_PROPAGATION));
  }
}
