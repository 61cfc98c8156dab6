package com.minhacarona.cdk;

import com.minhacarona.table.Attributes;
import com.minhacarona.table.Keys;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Alias;
import software.amazon.awscdk.services.pipes.CfnPipe;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/**
 * What changes in the table, told to whoever subscribes; and the queue of reservations that may
 * wait, with the one for those that cannot be processed.
 */
final class MessagingStack extends EnvironmentStack {
  /** Live updates are worth nothing after that; other subscribers outlive an hour's trouble. */
  private static final Duration CHANGES_AT_MOST = Duration.hours(1);

  /** The most that one publication to SNS carries. */
  private static final int BATCH = 10;

  /** Batches of one shard at a time: the changes of one ride stay in order. The most there is. */
  private static final int PARALLEL = 10;

  /** Several times what processing takes; a worker that dies gives its message back after it. */
  private static final Duration VISIBILITY = Duration.seconds(60);

  private static final int ATTEMPTS = 5;

  private final Topic topic;
  private final List<Queue> deadLetters;
  private final Queue reservas;

  /**
   * A stack.
   *
   * @param table this environment's own; without one, its stream is that of a replica, whose name
   *     only its region knows, and is read from the parameter {@code table-stream-arn}
   */
  MessagingStack(Construct scope, EnvironmentConfig config, Optional<TableStack> table) {
    super(scope, "messaging", config, "Minha Carona: topic of changes, queue of reservations");
    topic =
        Topic.Builder.create(this, "updates")
            .topicName(config.named("updates"))
            .masterKey(Alias.fromAliasName(this, "sns-key", "alias/aws/sns"))
            .enforceSsl(true)
            .build();
    // Not "updates-…": so are the queues called that tasks make for themselves, and may delete.
    Queue lostChanges = deadLetters("changes-dlq", config);
    String streamArn =
        table
            .map(TableStack::streamArn)
            .orElseGet(() ->
                StringParameter.valueForStringParameter(
                    this, config.parameter("table-stream-arn")));
    pipe(config, streamArn, lostChanges);
    Queue lostReservas = deadLetters("reservations-dlq", config);
    deadLetters = List.of(lostChanges, lostReservas);
    reservas =
        Queue.Builder.create(this, "reservations")
            .queueName(config.named("reservations"))
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .visibilityTimeout(VISIBILITY)
            .retentionPeriod(Duration.days(4))
            .deadLetterQueue(
                DeadLetterQueue.builder().queue(lostReservas).maxReceiveCount(ATTEMPTS).build())
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
  }

  private Queue deadLetters(String id, EnvironmentConfig config) {
    Queue queue =
        Queue.Builder.create(this, id)
            .queueName(config.named(id))
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(Duration.days(14))
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    Nag.explain(queue, "AwsSolutions-SQS3", "It is a dead-letter queue.");
    return queue;
  }

  private void pipe(EnvironmentConfig config, String streamArn, Queue lost) {
    Role role =
        Role.Builder.create(this, "pipe-role")
            .roleName(config.named("pipe"))
            .assumedBy(
                ServicePrincipal.Builder.create("pipes.amazonaws.com")
                    .conditions(Policies.whenEquals("aws:SourceAccount", getAccount()))
                    .build())
            .inlinePolicies(
                Policies.named(
                    "pipe",
                    Policies.allow(
                        streamArn,
                        "dynamodb:DescribeStream",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator"),
                    Policies.allow("*", "dynamodb:ListStreams"),
                    Policies.allow(topic.getTopicArn(), "sns:Publish"),
                    Policies.allow(lost.getQueueArn(), "sqs:SendMessage")))
            .build();
    Nag.explain(role, "AwsSolutions-IAM5", Policies.WILDCARDS);
    // Without a name: with another source, as after a restore, it is another pipe before this one
    // is gone.
    CfnPipe.Builder.create(this, "pipe")
        .description("Changes of rides and reservations, from the table to the topic")
        .roleArn(role.getRoleArn())
        .source(streamArn)
        .sourceParameters(
            CfnPipe.PipeSourceParametersProperty.builder()
                .dynamoDbStreamParameters(
                    CfnPipe.PipeSourceDynamoDBStreamParametersProperty.builder()
                        .startingPosition("LATEST")
                        .batchSize(BATCH)
                        .parallelizationFactor(PARALLEL)
                        .maximumRecordAgeInSeconds(CHANGES_AT_MOST.toSeconds())
                        .onPartialBatchItemFailure("AUTOMATIC_BISECT")
                        .deadLetterConfig(
                            CfnPipe.DeadLetterConfigProperty.builder()
                                .arn(lost.getQueueArn())
                                .build())
                        .build())
                .filterCriteria(
                    CfnPipe.FilterCriteriaProperty.builder()
                        .filters(
                            List.of(CfnPipe.FilterProperty.builder().pattern(changes()).build()))
                        .build())
                .build())
        .target(topic.getTopicArn())
        .build();
  }

  /** Rides and their reservations, new or changed: no pointers, and nothing that expired. */
  private static String changes() {
    return """
    {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"Keys": {"%s": {"S": [{"prefix": "%s"}]}}}}\
    """
        .formatted(Attributes.PK, Keys.CARONA);
  }

  /** The topic of changes. */
  String topicArn() {
    return topic.getTopicArn();
  }

  /** The queues that alarms look at. */
  Queues queues() {
    return new Queues(
        reservas.getQueueName(), deadLetters.stream().map(Queue::getQueueName).toList());
  }

  /**
   * Names of queues.
   *
   * @param reservas the queue of reservations
   * @param deadLetters what holds what could not be processed
   */
  record Queues(String reservas, List<String> deadLetters) {}
}
