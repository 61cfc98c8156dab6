package com.minhacarona.carona.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.carona.CaronaConfig;
import com.minhacarona.carona.CaronaModule;
import com.minhacarona.carona.UpdatesModule;
import com.minhacarona.carona.Watcher;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.StatusCarona;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
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

  private static final String TOPIC = "arn:aws:sns:sa-east-1:000000000000:minha-carona-updates";

  private static final Duration WAIT = Duration.ofSeconds(1);

  /** A queue that was deleted during a poll is noticed after this: ElasticMQ answers in 21 s. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static SqsClient sqs;
  private static Sns sns;

  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

  /** Speaks SNS's query protocol for subscriptions, and SQS for everything that is not its own. */
  private static final class Sns {
    private final Map<String, String> queueArns = new ConcurrentHashMap<>();
    private final HttpServer server;

    Sns() throws Exception {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            Map<String, String> form =
                form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            String arn = form.getOrDefault("SubscriptionArn", TOPIC + ":" + UUID.randomUUID());
            if (form.get("Action").equals("Subscribe")) {
              queueArns.put(arn, form.get("Endpoint"));
            } else {
              queueArns.remove(arn);
            }
            byte[] answer =
                """
                <%1$sResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><%1$sResult>\
                <SubscriptionArn>%2$s</SubscriptionArn></%1$sResult></%1$sResponse>\
                """
                    .formatted(form.get("Action"), arn)
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
          });
      server.start();
    }

    URI endpoint() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** As the topic does with raw delivery: the same message to every subscribed queue. */
    void publish(String message) {
      for (String arn : queueArns.values()) {
        String queue = arn.substring(arn.lastIndexOf(':') + 1);
        String url = sqs.getQueueUrl(r -> r.queueName(queue)).queueUrl();
        sqs.sendMessage(r -> r.queueUrl(url).messageBody(message));
      }
    }

    private static Map<String, String> form(String body) {
      return Arrays.stream(body.split("&", -1))
          .map(pair -> pair.split("=", 2))
          .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
    }
  }

  @BeforeAll
  static void start() throws Exception {
    SQSRestServer elasticMq =
        SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
    URI endpoint =
        URI.create("http://127.0.0.1:" + elasticMq.waitUntilStarted().localAddress().getPort());
    sqs =
        AwsClients.configured(
                SqsClient.builder(), "sa-east-1", Optional.of(endpoint), Duration.ofSeconds(30))
            .build();
    sns = new Sns();
    sqsEndpoint = endpoint;
  }

  private static URI sqsEndpoint;

  @AfterAll
  static void stop() {
    sns.server.stop(0);
    sqs.close();
    // The SQS server ends with the JVM: stopping it waits for the longest poll of a deleted queue.
  }

  @Test
  void aChange_reachesTheStreamsOfEveryTask() {
    CaronaItem carona = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    try (TestServer one = task();
        TestServer two = task()) {
      await().until(() -> sns.queueArns.size() == 2);
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
    assertThat(sns.queueArns).as("unsubscribed on stop").isEmpty();
  }

  @Test
  void aQueueThatIsLost_isMadeAnew_andWhatWasMissedIsReadAgain() {
    CaronaItem carona = put(Examples.carona(UUID.randomUUID().toString(), tomorrow));
    try (TestServer task = task()) {
      await().until(() -> sns.queueArns.size() == 1);
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
            new SqsFeedConfig(TOPIC, Optional.of(sqsEndpoint), Optional.of(sns.endpoint())),
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
                    TOPIC + ":" + UUID.randomUUID())));
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
