package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Sets;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.minhacarona.runtime.process.ConfigurationException;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.queue.MessageHandler;
import com.minhacarona.runtime.queue.QueueConfig;
import com.minhacarona.runtime.testing.TestServer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class ReservaConfigTest {
  private static final String QUEUES = "MINHA_CARONA_QUEUES";
  private static final Map<String, String> EVERYTHING =
      Map.of(
          "MINHA_CARONA_RESERVATIONS_QUEUE_URL", "https://sqs.example/1/reservations",
          "MINHA_CARONA_CHANGES_QUEUE_URL", "https://sqs.example/1/changes",
          "MINHA_CARONA_NOTIFICATIONS_QUEUE_URL", "https://sqs.example/1/notifications",
          "MINHA_CARONA_EVENTS_TOPIC_ARN", "arn:aws:sns:sa-east-1:000000000000:events",
          "MINHA_CARONA_MAIL_FROM", "avisos@example.com");

  private static final Key<Map<Queue, MessageHandler>> HANDLERS = new Key<>() {};

  private final Map<String, String> variables = new HashMap<>();

  @Test
  void withoutSettings_thereAreCallsAndNoQueues() {
    assertThat(read().rpcs()).isTrue();
    assertThat(read().queues().read()).isEmpty();
    assertThat(read().queues().eventsTopicArn()).isEmpty();
  }

  @Test
  void everyQueueWithAUrl_isRead() {
    variables.putAll(EVERYTHING);
    assertThat(read().queues().read())
        .isEqualTo(
            Map.of(
                Queue.RESERVATIONS, new QueueConfig("https://sqs.example/1/reservations", 16),
                Queue.CHANGES, new QueueConfig("https://sqs.example/1/changes", 16),
                Queue.NOTIFICATIONS, new QueueConfig("https://sqs.example/1/notifications", 16)));
  }

  @Test
  void theQueuesThatAreNamed_areRead() {
    variables.putAll(EVERYTHING);
    variables.put(QUEUES, "changes, reservations");
    assertThat(read().queues().read().keySet())
        .isEqualTo(Set.of(Queue.CHANGES, Queue.RESERVATIONS));
  }

  @Test
  void none_readsNoQueue() {
    variables.putAll(EVERYTHING);
    variables.put(QUEUES, "none");
    assertThat(read().queues().read()).isEmpty();
  }

  @Test
  void aQueueWithoutUrl_isToldByTheNameOfTheVariable() {
    variables.put(QUEUES, "notifications");
    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("MINHA_CARONA_NOTIFICATIONS_QUEUE_URL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservations", "changes", "reservations,notifications"})
  void queuesThatBecomeEvents_needATopic(String queues) {
    variables.putAll(EVERYTHING);
    variables.remove("MINHA_CARONA_EVENTS_TOPIC_ARN");
    variables.put(QUEUES, queues);
    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("MINHA_CARONA_EVENTS_TOPIC_ARN");
  }

  @Test
  void notificationsAlone_needNoTopic() {
    variables.putAll(EVERYTHING);
    variables.remove("MINHA_CARONA_EVENTS_TOPIC_ARN");
    variables.put(QUEUES, "notifications");
    assertThat(read().queues().read().keySet()).isEqualTo(Set.of(Queue.NOTIFICATIONS));
  }

  static Stream<Arguments> processes() {
    return Sets.powerSet(EnumSet.allOf(Queue.class)).stream()
        .flatMap(queues -> Stream.of("on", "off").map(rpcs -> Arguments.of(queues, rpcs)));
  }

  @ParameterizedTest
  @MethodSource("processes")
  void aProcess_thatReadsAnyQueues_hasAllThatItNeeds(Set<Queue> queues, String rpcs) {
    variables.putAll(EVERYTHING);
    variables.put("MINHA_CARONA_RPCS", rpcs);
    variables.put(
        QUEUES,
        queues.isEmpty()
            ? "none"
            : queues.stream().map(Queue::word).collect(Collectors.joining(",")));
    if (!queues.contains(Queue.RESERVATIONS) && !queues.contains(Queue.CHANGES)) {
      variables.remove("MINHA_CARONA_EVENTS_TOPIC_ARN");
    }
    for (String service : List.of("SQS", "SNS", "SES")) {
      variables.put("MINHA_CARONA_%s_ENDPOINT".formatted(service), "http://127.0.0.1:1");
    }
    Injector injector =
        TestServer.injector(TestServer.NO_STORE, read().modules().toArray(Module[]::new));
    var handlers = injector.getExistingBinding(HANDLERS);
    assertThat(handlers == null ? Set.of() : handlers.getProvider().get().keySet())
        .isEqualTo(queues);
    injector.getInstance(DynamoDbClient.class).close();
  }

  @Test
  void notifications_needASender() {
    variables.putAll(EVERYTHING);
    variables.remove("MINHA_CARONA_MAIL_FROM");
    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("MINHA_CARONA_MAIL_FROM");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "reservations", "reservations,changes"})
  void withoutNotifications_noSenderIsNeeded_thoughTheirQueueIsKnown(String queues) {
    variables.putAll(EVERYTHING);
    variables.remove("MINHA_CARONA_MAIL_FROM");
    variables.put(QUEUES, queues);
    assertThat(read().queues().read()).doesNotContainKey(Queue.NOTIFICATIONS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservas", "reservations,", ",", "none,changes", "RESERVATIONS"})
  void aWordThatIsNoQueue_isRefused(String queues) {
    variables.putAll(EVERYTHING);
    variables.put(QUEUES, queues);
    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(QUEUES);
  }

  @Test
  void callsCanBeTurnedOff() {
    variables.put("MINHA_CARONA_RPCS", "off");
    assertThat(read().rpcs()).isFalse();
  }

  private ReservaConfig read() {
    Environment environment = new Environment(variables);
    ReservaConfig config = ReservaConfig.from(environment);
    environment.verify();
    return config;
  }
}
