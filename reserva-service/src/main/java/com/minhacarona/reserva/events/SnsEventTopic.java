package com.minhacarona.reserva.events;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/** Publishes events to an SNS topic, with attributes to filter by. Thread-safe. */
final class SnsEventTopic implements EventTopic {
  /** An answer within a region takes some ten milliseconds, so a later one is lost. */
  private static final Duration ATTEMPT = Duration.ofSeconds(1);

  /** All attempts with the pauses between them: then the message comes again after a pause. */
  private static final Duration CALL = Duration.ofSeconds(4);

  private final SnsClient sns;
  private final String topicArn;

  SnsEventTopic(SnsClient sns, String topicArn) {
    this.sns = sns;
    this.topicArn = topicArn;
  }

  @Override
  public void publish(DomainEvent event) {
    var _ =
        sns.publish(r ->
            r.topicArn(topicArn)
                .message(CloudEvents.write(event))
                .messageAttributes(attributes(event))
                .overrideConfiguration(o -> o.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL)));
  }

  private static Map<String, MessageAttributeValue> attributes(DomainEvent event) {
    return EventAttributes.of(event).entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                attribute ->
                    MessageAttributeValue.builder()
                        .dataType(EventAttributes.TEXT)
                        .stringValue(attribute.getValue())
                        .build()));
  }
}
