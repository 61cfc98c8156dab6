package com.minhacarona.cdk;

import com.minhacarona.table.Attributes;
import com.minhacarona.table.Keys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Alias;
import software.amazon.awscdk.services.kms.IAlias;
import software.amazon.awscdk.services.pipes.CfnPipe;
import software.amazon.awscdk.services.sns.StringConditions;
import software.amazon.awscdk.services.sns.SubscriptionFilter;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/**
 * What changes in the table and what has happened, told to whoever subscribes; and the queues that
 * reserva-service works off: reservations that may wait, changes that it makes events of, and
 * events that residents are notified of.
 */
final class MessagingStack extends EnvironmentStack {
  /**
   * As long as the stream itself keeps a change: what is given up becomes no event, and nobody is
   * told of a reservation. Trouble of a topic, a key or a role may take the people on call hours.
   * Clients of live updates lose nothing by old changes, because they go by the {@code versao}.
   */
  private static final Duration CHANGES_AT_MOST = Duration.hours(24);

  /** The most that one publication to SNS carries. */
  private static final int BATCH = 10;

  /** Batches of one shard at a time: the changes of one ride stay in order. The most there is. */
  private static final int PARALLEL = 10;

  /** The attribute of an event's message that names it. */
  private static final String EVENTO = "evento";

  /** The events that residents are notified of, by the names of {@code events.proto}. */
  static final List<String> NOTIFIED =
      List.of(
          "reserva.confirmada",
          "reserva.recusada",
          "reserva.cancelada",
          "carona.em_andamento",
          "carona.lotada",
          "carona.cancelada");

  private final Topic updates;
  private final Topic events;
  private final WorkQueue reservations;
  private final WorkQueue changes;
  private final WorkQueue notifications;
  private final Queue lostChanges;

  /**
   * A stack.
   *
   * @param table this environment's own; without one, its stream is that of a replica, whose name
   *     only its region knows, and is read from the parameter {@code table-stream-arn}
   */
  MessagingStack(Construct scope, EnvironmentConfig config, Optional<TableStack> table) {
    super(scope, "messaging", config, "Minha Carona: topics of changes and events, queues");
    IAlias key = Alias.fromAliasName(this, "sns-key", "alias/aws/sns");
    updates = topic(config, "updates", key);
    events = topic(config, "events", key);
    // No queue is "updates-…": so are those called that tasks make for themselves, and may delete.
    lostChanges = WorkQueue.deadLetters(this, config, "pipe" + WorkQueue.DEAD_LETTERS);
    String streamArn =
        table
            .map(TableStack::streamArn)
            .orElseGet(() ->
                StringParameter.valueForStringParameter(
                    this, config.parameter("table-stream-arn")));
    pipe(config, streamArn);
    reservations = new WorkQueue(this, config, "reservations");
    changes = new WorkQueue(this, config, "changes");
    // The pipe has filtered, and a filter by the contents of messages would be billed.
    changes.follow(updates, Map.of());
    notifications = new WorkQueue(this, config, "notifications");
    notifications.follow(
        events,
        Map.of(
            EVENTO,
            SubscriptionFilter.stringFilter(
                StringConditions.builder().allowlist(NOTIFIED).build())));
    letSend(config, reservations.queue());
  }

  private Topic topic(EnvironmentConfig config, String id, IAlias key) {
    return Topic.Builder.create(this, id)
        .topicName(config.named(id))
        .masterKey(key)
        .enforceSsl(true)
        .build();
  }

  /** For whoever may ask for reservations that may wait: other stacks put it on their roles. */
  private void letSend(EnvironmentConfig config, Queue queue) {
    ManagedPolicy senders =
        ManagedPolicy.Builder.create(this, "senders")
            .managedPolicyName(config.named("reservations-senders"))
            .description("Minha Carona: may ask for reservations that may wait")
            .statements(List.of(Policies.allow(queue.getQueueArn(), "sqs:SendMessage")))
            .build();
    output(
        "ReservationsSenders",
        "The policy of whoever may send to the queue of reservations",
        senders.getManagedPolicyArn(),
        config.named("reservations-senders"));
    output(
        "ReservationsQueue",
        "The queue of reservations that may wait",
        queue.getQueueUrl(),
        config.named("reservations-queue"));
  }

  private void output(String id, String description, String value, String exported) {
    CfnOutput.Builder.create(this, id)
        .description(description)
        .value(value)
        .exportName(exported)
        .build();
  }

  private void pipe(EnvironmentConfig config, String streamArn) {
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
                    Policies.allow(updates.getTopicArn(), "sns:Publish"),
                    Policies.allow(lostChanges.getQueueArn(), "sqs:SendMessage")))
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
                                .arn(lostChanges.getQueueArn())
                                .build())
                        .build())
                .filterCriteria(
                    CfnPipe.FilterCriteriaProperty.builder()
                        .filters(
                            List.of(CfnPipe.FilterProperty.builder().pattern(changes()).build()))
                        .build())
                .build())
        .target(updates.getTopicArn())
        .build();
  }

  /** Rides and their reservations, new or changed: no pointers, and nothing that expired. */
  private static String changes() {
    return """
    {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"Keys": {"%s": {"S": [{"prefix": "%s"}]}}}}\
    """
        .formatted(Attributes.PK, Keys.CARONA);
  }

  /** The topic of the table's changes. */
  String updatesTopicArn() {
    return updates.getTopicArn();
  }

  /** The topic of what has happened to rides and reservations. */
  String eventsTopicArn() {
    return events.getTopicArn();
  }

  /** The queue of reservations that may wait. */
  WorkQueue reservations() {
    return reservations;
  }

  /** The queues that reserva-service works off. */
  List<WorkQueue> workQueues() {
    return List.of(reservations, changes, notifications);
  }

  /** All queues of what could not be processed or published. */
  List<Queue> deadLetters() {
    return Stream.concat(workQueues().stream().map(WorkQueue::deadLetters), Stream.of(lostChanges))
        .toList();
  }
}
