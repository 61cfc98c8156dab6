package com.minhacarona.runtime.queue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * The requests to one queue, and to its dead-letter queue. They throw {@link SdkException}.
 * Thread-safe.
 */
final class SqsQueue {
  /** SQS's own limit for one request. */
  static final int BATCH = 10;

  /** Requests that wait for nothing take a few milliseconds, and the SDK makes three attempts. */
  private static final AwsRequestOverrideConfiguration SHORT =
      AwsRequestOverrideConfiguration.builder()
          .apiCallAttemptTimeout(Duration.ofSeconds(1))
          .apiCallTimeout(Duration.ofSeconds(3))
          .build();

  /** How much later than it is meant to a long poll may be answered. */
  private static final Duration LATE = Duration.ofSeconds(3);

  private final SqsClient sqs;
  private final QueueConfig config;
  private final QueueTimes times;
  private final AwsRequestOverrideConfiguration longPoll;

  SqsQueue(SqsClient sqs, QueueConfig config, QueueTimes times) {
    this.sqs = sqs;
    this.config = config;
    this.times = times;
    this.longPoll =
        AwsRequestOverrideConfiguration.builder()
            .apiCallTimeout(times.longPoll().plus(LATE))
            .build();
  }

  /** Waits for messages, and returns none after a while. */
  List<Message> receive(int most) {
    return sqs.receiveMessage(r ->
            r.queueUrl(config.url())
                .maxNumberOfMessages(Math.min(most, BATCH))
                .waitTimeSeconds(seconds(times.longPoll()))
                .visibilityTimeout(seconds(times.visibility()))
                .messageAttributeNames("All")
                .messageSystemAttributeNames(
                    MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                    MessageSystemAttributeName.SENT_TIMESTAMP,
                    MessageSystemAttributeName.AWS_TRACE_HEADER)
                .overrideConfiguration(longPoll))
        .messages();
  }

  /** Hides a message for this long from now on, rounded up to seconds. */
  void hide(String receipt, Duration time) {
    sqs.changeMessageVisibility(r ->
        r.queueUrl(config.url())
            .receiptHandle(receipt)
            .visibilityTimeout(seconds(time))
            .overrideConfiguration(SHORT));
  }

  /**
   * Deletes up to {@value #BATCH} messages.
   *
   * @return those that were not, and may be by a repeat
   */
  List<String> delete(List<String> receipts) {
    return sqs
        .deleteMessageBatch(r ->
            r.queueUrl(config.url())
                .entries(
                    IntStream.range(0, receipts.size())
                        .mapToObj(i ->
                            DeleteMessageBatchRequestEntry.builder()
                                .id(Integer.toString(i))
                                .receiptHandle(receipts.get(i))
                                .build())
                        .toList())
                .overrideConfiguration(SHORT))
        .failed()
        .stream()
        .filter(entry -> !entry.senderFault())
        .map(BatchResultErrorEntry::id)
        .map(Integer::valueOf)
        .map(receipts::get)
        .toList();
  }

  /** Puts a copy of a message into the dead-letter queue. */
  void sendToDeadLetters(String body, Map<String, MessageAttributeValue> attributes) {
    sqs.sendMessage(r ->
        r.queueUrl(config.deadLetterUrl())
            .messageBody(body)
            .messageAttributes(attributes)
            .overrideConfiguration(SHORT));
  }

  private static int seconds(Duration time) {
    return Math.toIntExact(time.plusSeconds(1).minusNanos(1).toSeconds());
  }
}
