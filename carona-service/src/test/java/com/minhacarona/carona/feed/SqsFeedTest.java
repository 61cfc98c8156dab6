package com.minhacarona.carona.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.carona.CaronaConfig;
import com.minhacarona.carona.CaronaModule;
import com.minhacarona.carona.UpdatesModule;
import com.minhacarona.carona.Watcher;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.StatusCarona;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The feed for many tasks: a real SQS server, and an SNS that fans out to its queues. */
@Tag("dynamodb")
class SqsFeedTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static final Duration WAIT = Duration.ofSeconds(1);

  /** A queue that was deleted during a poll is noticed after this: ElasticMQ answers in 21 s. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static URI sqsEndpoint;
  private static SqsClient sqs;
  private static SnsStandIn sns;

  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

  @BeforeAll
  static void start() {
    SqsStandIn elasticMq = new SqsStandIn();
    sqsEndpoint = elasticMq.endpoint();
    sqs = elasticMq.client();
    sns = new SnsStandIn(sqs);
  }

  @AfterAll
  static void stop() {
    sns.close();
    sqs.close();
  }

  @Test
  void aChange_reachesTheStreamsOfEveryTask() {
    CaronaItem carona = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    try (TestServer one = task();
        TestServer two = task()) {
      await().until(() -> sns.subscriptions() == 2);
      Watcher first =
          Watcher.open(CaronaServiceGrpc.newStub(one.channel())).followCaronas(carona.id());
      Watcher second =
          Watcher.open(CaronaServiceGrpc.newStub(two.channel())).followCondominio("cond-1");

      CaronaItem changed = put(next(carona));
      sns.publish("this is no record");
      sns.publish(StreamRecords.record("MODIFY", changed.toPointer()));
      sns.publish("{\"eventName\": \"REMOVE\", \"dynamodb\": {\"OldImage\": {}}}");
      sns.publish(StreamRecords.record("MODIFY", changed.toItem()));
      sns.publish(StreamRecords.record("MODIFY", changed.toItem()));
      sns.publish(StreamRecords.record("MODIFY", carona.toItem()));

      for (Watcher watcher : List.of(first, second)) {
        watcher.awaitVersion(carona.id(), 2);
        assertThat(watcher.states(carona.id()).getLast().getStatus())
            .isEqualTo(StatusCarona.STATUS_CARONA_EM_ANDAMENTO);
      }
      await().until(() -> queues().stream().allMatch(SqsFeedTest::isEmpty));
      assertThat(first.versions(carona.id())).containsExactly(1L, 2L);
      first.requests.cancel("done", null);
      second.requests.cancel("done", null);
    }
    assertThat(queues()).as("deleted on stop").isEmpty();
    assertThat(sns.subscriptions()).as("unsubscribed on stop").isZero();
  }

  @Test
  void aQueueThatIsLost_isMadeAnew_andWhatWasMissedIsReadAgain() {
    CaronaItem carona = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    try (TestServer task = task()) {
      await().until(() -> sns.subscriptions() == 1);
      Watcher watcher =
          Watcher.open(CaronaServiceGrpc.newStub(task.channel())).followCaronas(carona.id());
      sqs.deleteQueue(r -> r.queueUrl(queues().getFirst()));
      CaronaItem changed = put(next(carona));
      watcher.awaitVersion(carona.id(), changed.versao());
      watcher.requests.cancel("done", null);
    }
  }

  @Test
  void theQueueOfADeadTask_isSweptByAnother() {
    String dead = queue(Instant.now().minus(TaskQueue.DEAD_AFTER).minusSeconds(60));
    String alive = queue(Instant.now().minusSeconds(60));
    try (TestServer _ = task()) {
      await().until(() -> !queues().contains(dead));
      assertThat(queues()).contains(alive).hasSize(2);
    }
    sqs.deleteQueue(r -> r.queueUrl(alive));
  }

  private static TestServer task() {
    return TestServer.netty(
        TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
        new SqsFeedModule(
            new SqsFeedConfig(
                SnsStandIn.TOPIC,
                Optional.of(sqsEndpoint),
                Optional.of(sns.endpoint()),
                Duration.ofMinutes(1)),
            WAIT,
            TIMEOUT),
        new UpdatesModule(),
        new CaronaModule(new CaronaConfig(Duration.ofMillis(250))));
  }

  private static String queue(Instant aliveAt) {
    String url = sqs.createQueue(r -> r.queueName(prefix() + UUID.randomUUID())).queueUrl();
    sqs.tagQueue(r ->
        r.queueUrl(url)
            .tags(
                Map.of(
                    TaskQueue.ALIVE_AT,
                    aliveAt.toString(),
                    TaskQueue.SUBSCRIPTION,
                    SnsStandIn.TOPIC + ":" + UUID.randomUUID())));
    return url;
  }

  private static String prefix() {
    return TaskQueue.prefix(LOCAL.tableName());
  }

  private static List<String> queues() {
    return sqs.listQueues(r -> r.queueNamePrefix(prefix())).queueUrls();
  }

  private static boolean isEmpty(String queueUrl) {
    Map<QueueAttributeName, String> counts =
        sqs.getQueueAttributes(r ->
                r.queueUrl(queueUrl)
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
            .attributes();
    return counts.values().stream().allMatch("0"::equals);
  }

  private static CaronaItem put(CaronaItem carona) {
    LOCAL.put(carona);
    return carona;
  }

  private static CaronaItem next(CaronaItem carona) {
    return carona.withStatus(Status.EM_ANDAMENTO, 4, "", carona.atualizadaEm());
  }
}
