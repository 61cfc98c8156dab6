package com.minhacarona.carona.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.process.SteadyClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * The wall clock of one task steps by an hour. Tags have the time of the wall clock, because tasks
 * compare them; how often a task says that it is alive goes by the steady clock.
 */
@Tag("dynamodb")
class TaskQueueClockTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration BETWEEN_SIGNS = Duration.ofMinutes(5);
  private static final AtomicInteger TABLES = new AtomicInteger();

  private static SqsStandIn elasticMq;
  private static SqsClient sqs;
  private static SnsStandIn sns;

  private final DynamoDbConfig dynamoDb =
      DynamoDbConfig.from(
          new Environment(Map.of("AWS_REGION", "sa-east-1")), "clocks-" + TABLES.incrementAndGet());
  private final AtomicLong stepped = new AtomicLong();
  private final AtomicLong elapsed = new AtomicLong();
  private final List<TaskQueue> opened = new ArrayList<>();
  private final TaskQueue task = queue(clock(stepped));
  private final TaskQueue other = queue(Clock.fixed(NOW, ZoneOffset.UTC));

  @BeforeAll
  static void start() {
    elasticMq = new SqsStandIn();
    sqs = elasticMq.client();
    sns = new SnsStandIn(sqs);
  }

  @AfterAll
  static void stop() {
    sns.close();
    sqs.close();
  }

  @AfterEach
  void close() {
    opened.forEach(TaskQueue::close);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1})
  void keepAlive_afterAStep_saysSoAsOftenAsBefore_andKeepsItsOwnQueue(long hours) {
    String url = task.open();
    step(HOUR.multipliedBy(hours));
    pass(BETWEEN_SIGNS);
    task.keepAlive();
    assertThat(aliveAt(url)).as("not sooner than ever").isEqualTo(NOW);
    pass(Duration.ofNanos(1));
    task.keepAlive();
    assertThat(aliveAt(url)).isEqualTo(NOW.plus(HOUR.multipliedBy(hours)));
    assertThat(queues()).containsExactly(url);
  }

  @Test
  void open_afterAStepBack_sweepsNobody_untilTheClockIsRightAgain() {
    String living = other.open();
    String dead = queueOfATask(NOW.minus(TaskQueue.DEAD_AFTER).minusMillis(1));
    String url = open(task, HOUR.negated());
    assertThat(queues()).containsExactlyInAnyOrder(living, dead, url);
    step(Duration.ZERO);
    pass(BETWEEN_SIGNS.plusNanos(1));
    task.keepAlive();
    assertThat(queues()).containsExactlyInAnyOrder(living, url);
    assertThat(aliveAt(url)).isEqualTo(NOW);
  }

  @Test
  void open_afterAStepForward_sweepsTheLiving_whoOpenNewQueues() {
    String living = other.open();
    String url = open(task, HOUR);
    assertThat(queues()).as("the other one looks dead by this clock").containsExactly(url);
    assertThat(other.open()).isNotEqualTo(living);
    assertThat(queues()).hasSize(2);
    // A time ahead is that of no dead task, so the queue of this one stays.
    pass(BETWEEN_SIGNS.plusNanos(1));
    other.keepAlive();
    assertThat(queues()).contains(url);
  }

  @Test
  void keepAlive_afterAStepBackAndASweepByAnother_fails_soThatTheTaskBeginsAnew() {
    String url = open(task, HOUR.negated());
    String living = other.open();
    assertThat(queues()).containsExactly(living);
    pass(BETWEEN_SIGNS.plusNanos(1));
    assertThatThrownBy(task::keepAlive).isInstanceOf(QueueDoesNotExistException.class);
    step(Duration.ZERO);
    assertThat(task.open()).isNotEqualTo(url);
    assertThat(queues()).hasSize(2).contains(living);
  }

  /** Opens the queue of a task whose clock is off by this. */
  private String open(TaskQueue queue, Duration step) {
    step(step);
    return queue.open();
  }

  private void step(Duration fromTheRightTime) {
    stepped.set(fromTheRightTime.toNanos());
  }

  private void pass(Duration time) {
    elapsed.addAndGet(time.toNanos());
  }

  /** A clock that shows {@link #NOW} and so many nanoseconds. */
  private static Clock clock(AtomicLong nanos) {
    return new SteadyClock(Clock.fixed(NOW, ZoneOffset.UTC), nanos::get);
  }

  private TaskQueue queue(Clock wall) {
    TaskQueue queue =
        new TaskQueue(
            elasticMq.client(),
            AwsClients.configured(
                    SnsClient.builder(), "sa-east-1", Optional.of(sns.endpoint()), TIMEOUT)
                .build(),
            new SqsFeedConfig(
                SnsStandIn.TOPIC,
                Optional.of(elasticMq.endpoint()),
                Optional.of(sns.endpoint()),
                Duration.ZERO),
            dynamoDb,
            wall,
            clock(elapsed));
    opened.add(queue);
    return queue;
  }

  private String queueOfATask(Instant aliveAt) {
    return sqs.createQueue(r ->
            r.queueName(TaskQueue.prefix(dynamoDb.tableName()) + "dead")
                .tags(Map.of(TaskQueue.ALIVE_AT, aliveAt.toString())))
        .queueUrl();
  }

  private Instant aliveAt(String url) {
    return Instant.parse(sqs.listQueueTags(r -> r.queueUrl(url)).tags().get(TaskQueue.ALIVE_AT));
  }

  private List<String> queues() {
    return sqs.listQueues(r -> r.queueNamePrefix(TaskQueue.prefix(dynamoDb.tableName())))
        .queueUrls();
  }
}
