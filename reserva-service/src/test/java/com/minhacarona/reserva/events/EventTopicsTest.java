package com.minhacarona.reserva.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.queue.ElasticMq;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.SnsException;
import software.amazon.awssdk.services.sqs.model.Message;

/** What the two topics send, with the real SDK. */
class EventTopicsTest {
  private static final String TOPIC = "arn:aws:sns:sa-east-1:000000000000:minha-carona-events";

  private final PublishStandIn standIn = new PublishStandIn();

  @AfterEach
  void close() {
    standIn.close();
  }

  @ParameterizedTest
  @EnumSource
  void sns_getsTheEventWithAttributesToFilterBy(EventType type) {
    DomainEvent event = EventExamples.of(type);
    sns(standIn.endpoint()).publish(event);
    assertThat(standIn.requests()).hasSize(1);
    Map<String, String> request = standIn.requests().getFirst();
    assertThat(request)
        .containsEntry("Action", "Publish")
        .containsEntry("TopicArn", TOPIC)
        .containsEntry("Message", CloudEvents.write(event));
    assertThat(attributes(request))
        .isEqualTo(Map.of("evento", type.eventName(), "condominio_id", "cond-1"));
    assertThat(CloudEvents.read(request.get("Message"))).isEqualTo(event);
  }

  @Test
  void sns_thatFailsOnce_isAskedAgain() {
    standIn.fail(1);
    sns(standIn.endpoint()).publish(EventExamples.of(EventType.CARONA_CRIADA));
    assertThat(standIn.requests()).hasSize(2);
  }

  @Test
  void sns_thatKeepsFailing_isAskedThreeTimes_andThenItIsThrown() {
    standIn.fail(100);
    assertThatThrownBy(
            () -> sns(standIn.endpoint()).publish(EventExamples.of(EventType.CARONA_CRIADA)))
        .isInstanceOf(SnsException.class);
    assertThat(standIn.requests()).hasSize(3);
  }

  @Test
  void sns_outOfReach_isThrown() {
    URI nowhere = standIn.endpoint();
    standIn.close();
    assertThatThrownBy(() -> sns(nowhere).publish(EventExamples.of(EventType.CARONA_CRIADA)))
        .isInstanceOf(SdkClientException.class);
  }

  @Test
  @Tag("process")
  void theQueue_getsTheEventAsSnsDeliversIt() {
    ElasticMq sqs = ElasticMq.shared();
    String queue = sqs.createQueue("notifications");
    DomainEvent event = EventExamples.of(EventType.RESERVA_CONFIRMADA);
    new QueueEventTopic(sqs.client(), queue).publish(event);
    Message message =
        sqs.client()
            .receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(10).messageAttributeNames("All"))
            .messages()
            .getFirst();
    assertThat(CloudEvents.read(message.body())).isEqualTo(event);
    assertThat(message.messageAttributes().get("evento").stringValue())
        .isEqualTo("reserva.confirmada");
    assertThat(message.messageAttributes().get("condominio_id").stringValue()).isEqualTo("cond-1");
  }

  private static EventTopic sns(URI endpoint) {
    return new SnsEventTopic(
        AwsClients.configured(
                SnsClient.builder(), "sa-east-1", Optional.of(endpoint), Duration.ofSeconds(5))
            .build(),
        TOPIC);
  }

  /** Message attributes of text, as the query protocol numbers them. */
  private static Map<String, String> attributes(Map<String, String> request) {
    return IntStream.iterate(1, i -> request.containsKey(entry(i, "Name")), i -> i + 1)
        .filter(i -> request.get(entry(i, "Value.DataType")).equals("String"))
        .boxed()
        .collect(
            Collectors.toMap(
                i -> request.get(entry(i, "Name")),
                i -> request.get(entry(i, "Value.StringValue"))));
  }

  private static String entry(int number, String field) {
    return "MessageAttributes.entry.%s.%s".formatted(number, field);
  }
}
