package com.minhacarona.reserva.events;

import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where events are published.
 *
 * @param topicArn the SNS topic; when empty, this process publishes none
 * @param snsEndpoint another address than AWS's, for tests; it never gets real credentials
 */
public record EventsConfig(Optional<String> topicArn, Optional<URI> snsEndpoint) {
  /** The variable with the topic, for messages that ask to set it. */
  public static final String TOPIC_ARN = "MINHA_CARONA_EVENTS_TOPIC_ARN";

  private static final Pattern ARN =
      Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}");

  public static EventsConfig from(Environment environment) {
    return new EventsConfig(
        environment.matching(TOPIC_ARN, ARN, "the ARN of an SNS topic"),
        environment.address("MINHA_CARONA_SNS_ENDPOINT"));
  }
}
