package com.minhacarona.carona.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.process.SteadyClock;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.table.CaronaItem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The queue of a task, and the feed on it, against a real SQS server. */
@Tag("dynamodb")
class TaskQueueTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLICY_PROPAGATION = Duration.ofMinutes(1);
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final String DEAD = NOW.minus(TaskQueue.DEAD_AFTER).minusMillis(1).toString();
  private static final long SEED = 12;

  /** SQS allows these in the value of a tag. */
  private static final String TAG_CHARACTERS = "0129TZ:+-. @/=_añ";

  private static final int RANDOM_TAGS = 40;

  private static final AtomicInteger TABLES = new AtomicInteger();

  private static DynamoDbProxy wire;
  private static SqsClient sqs;
  private static SnsStandIn sns;

  private final DynamoDbConfig dynamoDb =
      DynamoDbConfig.from(
          new Environment(Map.of("AWS_REGION", "sa-east-1")), "table-" + TABLES.incrementAndGet());
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger gaps = new AtomicInteger();
  private final CaronaFeed.Listener listener =
      new CaronaFeed.Listener() {
        @Override
        public void changed(CaronaItem carona) {}

        @Override
        public void gap() {
          gaps.incrementAndGet();
        }
      };

  @BeforeAll
  static void start() {
    SqsStandIn elasticMq = new SqsStandIn();
    wire = new DynamoDbProxy(elasticMq.endpoint());
    sqs = elasticMq.client();
    sns = new SnsStandIn(sqs);
  }

  @AfterAll
  static void stop() {
    sns.close();
    sqs.close();
    wire.close();
  }

  @AfterEach
  void deleteQueues() {
    queues().forEach(url -> sqs.deleteQueue(r -> r.queueUrl(url)));
  }

  @Test
  void open_createsTheQueueWithItsPolicy_becauseALaterOneTakesAMinute() throws Exception {
    wire.forget();
    TaskQueue queue = queue();
    String url = queue.open();
    assertThat(wire.operations()).startsWith("CreateQueue").doesNotContain("SetQueueAttributes");
    JsonNode created = new ObjectMapper().readTree(wire.answered().getFirst().request());
    JsonNode policy =
        new ObjectMapper().readTree(created.at("/Attributes/Policy").asText()).at("/Statement/0");
    String name = created.get("QueueName").asText();
    assertThat(url).endsWith(name);
    assertThat(policy.get("Resource").asText())
        .isEqualTo("arn:aws:sqs:sa-east-1:000000000000:" + name);
    assertThat(policy.at("/Condition/ArnEquals/aws:SourceArn").asText())
        .isEqualTo(SnsStandIn.TOPIC);
    assertThat(policy.at("/Principal/Service").asText()).isEqualTo("sns.amazonaws.com");
    queue.close();
  }

  @Test
  void theGap_isReadAgain_onceSnsKnowsThePolicy() {
    SqsFeed feed = feed();
    feed.start(listener);
    await().untilAsserted(() -> assertThat(gaps).hasValue(1));
    nanos.set(POLICY_PROPAGATION.toNanos());
    await().untilAsserted(() -> assertThat(gaps).hasValue(2));
    feed.stop();
  }

  @Test
  void theGap_isReadOnce_whileSnsMayNotKnowThePolicy() {
    SqsFeed feed = feed();
    feed.start(listener);
    await().untilAsserted(() -> assertThat(gaps).hasValue(1));
    nanos.set(POLICY_PROPAGATION.toNanos() - 1);
    wire.forget();
    // A message that was received shows that the feed has gone on.
    await().until(() -> sns.subscriptions() > 0);
    sns.publish("this is no record");
    await().until(() -> wire.operations().contains("DeleteMessageBatch"));
    feed.stop();
    assertThat(gaps).hasValue(1);
  }

  @Test
  void aFeedInProduction_waitsForAMinuteOrMore() {
    Environment environment =
        new Environment(Map.of("MINHA_CARONA_UPDATES_TOPIC_ARN", SnsStandIn.TOPIC));
    assertThat(SqsFeedConfig.from(environment).orElseThrow().policyPropagation())
        .isGreaterThanOrEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void open_withAnyTagOnAnotherQueue_opens_andSweepsTheDead() {
    List<String> kept = new ArrayList<>();
    for (String aliveAt : tagValues()) {
      kept.add(queueOf(Map.of(TaskQueue.ALIVE_AT, aliveAt)));
    }
    List<String> swept = new ArrayList<>();
    for (String subscription : tagValues()) {
      swept.add(queueOf(Map.of(TaskQueue.ALIVE_AT, DEAD, TaskQueue.SUBSCRIPTION, subscription)));
    }
    TaskQueue queue = queue();
    String own = queue.open();
    assertThat(queues()).contains(own).containsAll(kept).doesNotContainAnyElementsOf(swept);
    assertThat(sns.calls())
        .as("a tag deletes no subscription of another topic")
        .filteredOn(call -> call.action().equals("Unsubscribe"))
        .allSatisfy(call -> assertThat(call.arn()).startsWith(SnsStandIn.TOPIC + ":"));
    queue.close();
  }

  @Test
  void close_whenSnsRefusesToUnsubscribe_deletesTheQueueEvenSo() {
    try (SnsStandIn refusing = new SnsStandIn(sqs)) {
      refusing.refuse("Unsubscribe");
      TaskQueue queue = queue(refusing);
      String url = queue.open();
      assertThat(queues()).contains(url);
      queue.close();
      assertThat(refusing.subscriptions()).isEqualTo(1);
      assertThat(queues()).doesNotContain(url);
    }
  }

  /** None of them is the sign of life of a dead task. */
  private static List<String> tagValues() {
    List<String> values =
        new ArrayList<>(
            List.of(
                "",
                " ",
                "never",
                "2026-11-25",
                "2026-11-25T12:00:00",
                "2026-02-30T12:00:00Z",
                "1795608000",
                Instant.MAX.toString(),
                "9999-12-31T23:59:59Z",
                "arn:aws:sns:sa-east-1:111111111111:another-topic:" + UUID.randomUUID()));
    Random random = new Random(SEED);
    for (int i = 0; i < RANDOM_TAGS; i++) {
      StringBuilder value = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        value.append(TAG_CHARACTERS.charAt(random.nextInt(TAG_CHARACTERS.length())));
      }
      values.add(value.toString());
    }
    return values;
  }

  private SqsFeed feed() {
    return new SqsFeed(
        sqsOfTheTask(),
        queue(),
        new SkippedItems(new SimpleMeterRegistry()),
        Duration.ofSeconds(1),
        POLICY_PROPAGATION,
        new SteadyClock(Clock.fixed(NOW, ZoneOffset.UTC), nanos::get));
  }

  private TaskQueue queue() {
    return queue(sns);
  }

  private TaskQueue queue(SnsStandIn topic) {
    SnsClient snsOfTheTask =
        AwsClients.configured(
                SnsClient.builder(), "sa-east-1", Optional.of(topic.endpoint()), TIMEOUT)
            .build();
    return new TaskQueue(
        sqsOfTheTask(),
        snsOfTheTask,
        config(),
        dynamoDb,
        Clock.fixed(NOW, ZoneOffset.UTC),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static SqsClient sqsOfTheTask() {
    return AwsClients.configured(
            SqsClient.builder(), "sa-east-1", Optional.of(wire.endpoint()), TIMEOUT)
        .build();
  }

  private static SqsFeedConfig config() {
    return new SqsFeedConfig(
        SnsStandIn.TOPIC,
        Optional.of(wire.endpoint()),
        Optional.of(sns.endpoint()),
        POLICY_PROPAGATION);
  }

  private String queueOf(Map<String, String> tags) {
    String name = TaskQueue.prefix(dynamoDb.tableName()) + UUID.randomUUID();
    return sqs.createQueue(r -> r.queueName(name).tags(tags)).queueUrl();
  }

  private List<String> queues() {
    return sqs.listQueues(r -> r.queueNamePrefix(TaskQueue.prefix(dynamoDb.tableName())))
        .queueUrls();
  }
}
