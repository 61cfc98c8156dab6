package com.minhacarona.carona.feed;

import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.table.Attributes;
import com.minhacarona.table.Keys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * The queue that this task alone reads: created at start, subscribed to the topic of changes, and
 * deleted at the end. A task that dies leaves its queue; the tag that says when its task was last
 * alive lets any other task sweep it away. Not thread-safe.
 */
final class TaskQueue {
  private static final Logger LOG = LoggerFactory.getLogger(TaskQueue.class);
  static final String ALIVE_AT = "alive-at";
  static final String SUBSCRIPTION = "subscription";

  /** How often a task says that it is alive, which costs a few requests each time. */
  private static final Duration BETWEEN_SIGNS = Duration.ofMinutes(5);

  /** A task that has not said so for this long is dead. */
  static final Duration DEAD_AFTER = Duration.ofMinutes(20);

  /** A task that reads nothing for this long has failed its health checks and was replaced. */
  private static final Duration RETENTION = Duration.ofHours(1);

  /** Lets only rides pass: SNS then hands on no reservations and no pointers. */
  private static final String CARONAS_ONLY =
      """
      {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"NewImage": {"%s": {"S": ["%s"]}}}}\
      """
          .formatted(Attributes.SK, Keys.caronaSortKey().s());

  /** The positions of the parts of an ARN. */
  private static final int PARTITION = 1;

  private static final int ACCOUNT = 4;

  private final SqsClient sqs;
  private final SnsClient sns;
  private final String topicArn;
  private final String region;
  private final String prefix;
  private final Clock clock;
  private final Clock steady;
  private String url;
  private String subscription;
  private Instant lastSign;

  TaskQueue(
      SqsClient sqs,
      SnsClient sns,
      SqsFeedConfig config,
      DynamoDbConfig dynamoDb,
      Clock clock,
      Clock steady) {
    this.sqs = sqs;
    this.sns = sns;
    this.topicArn = config.topicArn();
    this.region = dynamoDb.region();
    this.prefix = prefix(dynamoDb.tableName());
    this.clock = clock;
    this.steady = steady;
  }

  /** The beginning of the names of all tasks' queues on a table. */
  static String prefix(String tableName) {
    return tableName + "-updates-";
  }

  /**
   * Creates the queue and subscribes it, in place of one that was there before.
   *
   * @return its address
   */
  String open() {
    delete();
    Instant now = clock.instant();
    String name = prefix + UUID.randomUUID();
    String arn = arn(name);
    url =
        sqs.createQueue(r ->
                r.queueName(name)
                    .attributes(
                        Map.of(
                            QueueAttributeName.MESSAGE_RETENTION_PERIOD,
                            Long.toString(RETENTION.toSeconds()),
                            QueueAttributeName.POLICY,
                            policy(arn)))
                    .tags(Map.of(ALIVE_AT, now.toString())))
            .queueUrl();
    subscription =
        sns.subscribe(r ->
                r.topicArn(topicArn)
                    .protocol("sqs")
                    .endpoint(arn)
                    .attributes(
                        Map.of(
                            "RawMessageDelivery", "true",
                            "FilterPolicyScope", "MessageBody",
                            "FilterPolicy", CARONAS_ONLY))
                    .returnSubscriptionArn(true))
            .subscriptionArn();
    sayAlive(now);
    return url;
  }

  /** Says now and then that this task is alive, and sweeps after those that are not. */
  void keepAlive() {
    if (lastSign.plus(BETWEEN_SIGNS).isBefore(steady.instant())) {
      sayAlive(clock.instant());
    }
  }

  /** Deletes the queue; what fails is left to another task's sweep. */
  void close() {
    delete();
    sqs.close();
    sns.close();
  }

  private void sayAlive(Instant now) {
    sqs.tagQueue(
        r -> r.queueUrl(url).tags(Map.of(ALIVE_AT, now.toString(), SUBSCRIPTION, subscription)));
    lastSign = steady.instant();
    try {
      for (String other : sqs.listQueuesPaginator(r -> r.queueNamePrefix(prefix)).queueUrls()) {
        sweep(other, now);
      }
    } catch (SdkException e) {
      LOG.warn("Could not list the queues of other tasks: {}", e.toString());
    }
  }

  private void sweep(String other, Instant now) {
    try {
      Map<String, String> tags = sqs.listQueueTags(r -> r.queueUrl(other)).tags();
      // A queue without the tag is none of ours.
      Instant aliveAt = Instant.parse(tags.getOrDefault(ALIVE_AT, now.toString()));
      if (aliveAt.isBefore(now.minus(DEAD_AFTER))) {
        LOG.info("Sweeping the queue of a dead task: {}", other);
        delete(other, tags.getOrDefault(SUBSCRIPTION, ""));
      }
    } catch (DateTimeParseException e) {
      LOG.warn(
          "Not sweeping {}, whose tag {} is none of a task: {}", other, ALIVE_AT, e.toString());
    } catch (SdkException e) {
      LOG.info(
          "Could not look at {}, which its task or another sweep deleted: {}", other, e.toString());
    }
  }

  private void delete() {
    if (url != null) {
      delete(url, subscription == null ? "" : subscription);
      url = null;
      subscription = null;
    }
  }

  private void delete(String queueUrl, String subscriptionArn) {
    unsubscribe(subscriptionArn);
    try {
      sqs.deleteQueue(r -> r.queueUrl(queueUrl));
    } catch (QueueDoesNotExistException _) {
      // Another task swept it.
    } catch (SdkException e) {
      LOG.warn("Could not delete {}: {}", queueUrl, e.toString());
    }
  }

  /** Only logs a failure: the queue has to be deleted even so. */
  private void unsubscribe(String subscriptionArn) {
    // Anybody who may tag queues can name another topic's subscription, which must stay.
    if (!subscriptionArn.startsWith(topicArn + ":")) {
      return;
    }
    try {
      sns.unsubscribe(r -> r.subscriptionArn(subscriptionArn));
    } catch (SdkException e) {
      LOG.warn("Could not end the subscription {}: {}", subscriptionArn, e.toString());
    }
  }

  /** The queue is in the topic's account, and in the table's region. */
  private String arn(String name) {
    String[] topic = topicArn.split(":", -1);
    return "arn:%s:sqs:%s:%s:%s".formatted(topic[PARTITION], region, topic[ACCOUNT], name);
  }

  /** Only the topic may write to the queue. */
  private String policy(String queueArn) {
    return """
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
    "Resource": "%s", "Condition": {"ArnEquals": {"aws:SourceArn": "%s"}}}]}\
    """
        .formatted(queueArn, topicArn);
  }
}
