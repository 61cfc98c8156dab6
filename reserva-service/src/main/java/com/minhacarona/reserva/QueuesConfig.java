package com.minhacarona.reserva;

import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.queue.QueueConfig;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which queues this process reads, and where it publishes events.
 *
 * @param read the queues to read
 * @param eventsTopicArn the SNS topic of events; present if reservations or changes are read
 * @param sqsEndpoint another address than AWS's, for tests; it never gets real credentials
 * @param snsEndpoint likewise
 */
public record QueuesConfig(
    Map<Queue, QueueConfig> read,
    Optional<String> eventsTopicArn,
    Optional<URI> sqsEndpoint,
    Optional<URI> snsEndpoint) {
  private static final String QUEUES = "MINHA_CARONA_QUEUES";
  private static final String TOPIC = "MINHA_CARONA_EVENTS_TOPIC_ARN";
  private static final String NONE = "none";

  private static final Map<Queue, String> URLS =
      Map.of(
          Queue.RESERVATIONS, "MINHA_CARONA_RESERVATIONS_QUEUE_URL",
          Queue.CHANGES, "MINHA_CARONA_CHANGES_QUEUE_URL",
          Queue.NOTIFICATIONS, "MINHA_CARONA_NOTIFICATIONS_QUEUE_URL");

  private static final Pattern TOPIC_ARN =
      Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}");

  static QueuesConfig from(Environment environment) {
    Map<Queue, URI> urls = new EnumMap<>(Queue.class);
    URLS.forEach((queue, name) -> environment.address(name).ifPresent(url -> urls.put(queue, url)));
    Optional<Set<Queue>> asked =
        environment.parsed(
            QUEUES, "a list of queues such as reservations,changes", QueuesConfig::queues);
    Optional<String> topic = environment.matching(TOPIC, TOPIC_ARN, "the ARN of an SNS topic");
    Map<Queue, QueueConfig> read = new EnumMap<>(Queue.class);
    for (Queue queue : asked.orElse(urls.keySet())) {
      if (urls.containsKey(queue)) {
        read.put(queue, new QueueConfig(urls.get(queue).toString(), queue.concurrency()));
      } else if (!environment.isSet(URLS.get(queue))) {
        environment.problem(
            "The queue %s is to be read, but nobody says where it is: set %s"
                .formatted(queue.word(), URLS.get(queue)));
      }
    }
    boolean publishes = read.containsKey(Queue.RESERVATIONS) || read.containsKey(Queue.CHANGES);
    if (publishes && !environment.isSet(TOPIC)) {
      environment.problem(
          "What is read from the queues becomes events, but there is no topic for them: set "
              + TOPIC);
    }
    return new QueuesConfig(
        Map.copyOf(read),
        topic,
        environment.address("MINHA_CARONA_SQS_ENDPOINT"),
        environment.address("MINHA_CARONA_SNS_ENDPOINT"));
  }

  private static Set<Queue> queues(String words) {
    Set<Queue> queues = EnumSet.noneOf(Queue.class);
    if (words.equals(NONE)) {
      return queues;
    }
    for (String word : words.split(",", -1)) {
      queues.add(
          Arrays.stream(Queue.values())
              .filter(queue -> queue.word().equals(word.strip()))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("there is no queue " + word)));
    }
    return queues;
  }
}
