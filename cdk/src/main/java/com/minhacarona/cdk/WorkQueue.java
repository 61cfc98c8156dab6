package com.minhacarona.cdk;

import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.sns.SubscriptionFilter;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.SqsSubscription;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * A queue that reserva-service works off, and its dead letters: what the service gave up, with the
 * reason, and what SNS could not deliver. No construct of its own: the queues would get other
 * logical ids, and CloudFormation cannot create queues whose names are taken by those it retains.
 */
final class WorkQueue {
  /** The service finds the dead letters by the queue's address and this. */
  static final String DEAD_LETTERS = "-dlq";

  /**
   * Several times what processing takes. A worker that dies gives its messages back after it; one
   * that lives and cannot process them now, sets a time of its own.
   */
  private static final Duration VISIBILITY = Duration.seconds(60);

  /** A long weekend: enough to notice and to mend. */
  private static final Duration KEPT = Duration.days(4);

  /** The longest there is. What SQS itself moves is as old as it was in the queue. */
  private static final Duration DEAD_LETTERS_KEPT = Duration.days(14);

  /**
   * The most there is. The service itself finds out what it can never process, and moves it at
   * once. Whatever else fails may go well later, however often it has failed, so SQS must not give
   * it up. The service's pauses see to that: within the days for which a message is kept, it comes
   * less than 800 times. A policy is needed all the same: without it, SQS moves no dead letters
   * back.
   */
  private static final int ATTEMPTS = 1_000;

  private final String name;
  private final Queue queue;
  private final Queue deadLetters;

  WorkQueue(Construct scope, EnvironmentConfig config, String name) {
    this.name = name;
    deadLetters = deadLetters(scope, config, name + DEAD_LETTERS);
    queue =
        Queue.Builder.create(scope, name)
            .queueName(config.named(name))
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .visibilityTimeout(VISIBILITY)
            .retentionPeriod(KEPT)
            .deadLetterQueue(
                DeadLetterQueue.builder().queue(deadLetters).maxReceiveCount(ATTEMPTS).build())
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
  }

  /** A queue of what was given up, for as long as SQS keeps anything. */
  static Queue deadLetters(Construct scope, EnvironmentConfig config, String id) {
    Queue queue =
        Queue.Builder.create(scope, id)
            .queueName(config.named(id))
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(DEAD_LETTERS_KEPT)
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    Nag.explain(queue, "AwsSolutions-SQS3", "It is a dead-letter queue.");
    return queue;
  }

  /**
   * Receives what the topic publishes, as it was published. The policies of both queues let the
   * topic in, and no other service.
   *
   * @param filter by the attributes of messages; when it is empty, all come
   */
  void follow(Topic topic, Map<String, SubscriptionFilter> filter) {
    SqsSubscription.Builder subscription =
        SqsSubscription.Builder.create(queue).rawMessageDelivery(true).deadLetterQueue(deadLetters);
    if (!filter.isEmpty()) {
      subscription.filterPolicy(filter);
    }
    topic.addSubscription(subscription.build());
  }

  /** What it is called within an environment. */
  String name() {
    return name;
  }

  Queue queue() {
    return queue;
  }

  Queue deadLetters() {
    return deadLetters;
  }
}
