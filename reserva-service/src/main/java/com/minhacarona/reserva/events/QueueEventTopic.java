package com.minhacarona.reserva.events;

import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * Puts events straight into the one queue that would subscribe to the topic, as SNS does with raw
 * delivery: for one machine, where there is no topic. Thread-safe.
 */
final class QueueEventTopic implements EventTopic {
  private final SqsClient sqs;
  private final String queueUrl;

  QueueEventTopic(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  @Override
  public void publish(DomainEvent event) {
    var _ =
        sqs.sendMessage(r ->
            r.queueUrl(queueUrl)
                .messageBody(CloudEvents.write(event))
                .messageAttributes(attributes(event)));
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
