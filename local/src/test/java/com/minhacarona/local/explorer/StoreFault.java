package com.minhacarona.local.explorer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** What may become of one transaction. */
enum StoreFault {
  NONE,
  ANSWER_LOST,
  /** The caller hears nothing; it may still arrive at any later time, or never. */
  LATE,
  CONFLICT,
  /** By an error code, and so without an effect. */
  REFUSED,
  /** As lost, and the store stays silent until the call has ended. */
  ANSWER_LOST_THEN_SILENT,
  LATE_THEN_SILENT,
  /** It is carried out, and of several failed conditions only one is reported. */
  FIRST_REASON_ALONE,
  LAST_REASON_ALONE;

  /** Those that may befall any transaction. */
  static final List<StoreFault> OF_A_WRITE =
      List.of(
          NONE, ANSWER_LOST, LATE, CONFLICT, REFUSED, ANSWER_LOST_THEN_SILENT, LATE_THEN_SILENT);

  private static final int BAD_REQUEST = 400;

  boolean carriesOut() {
    return this != LATE && this != CONFLICT && this != REFUSED && this != LATE_THEN_SILENT;
  }

  boolean isSilentAfterwards() {
    return this == ANSWER_LOST_THEN_SILENT || this == LATE_THEN_SILENT;
  }

  /** What its caller gets in place of an answer. */
  RuntimeException failure(int items) {
    return switch (this) {
      case CONFLICT ->
          TransactionCanceledException.builder()
              .statusCode(BAD_REQUEST)
              .awsErrorDetails(
                  AwsErrorDetails.builder().errorCode("TransactionCanceledException").build())
              .cancellationReasons(
                  Collections.nCopies(
                      items, CancellationReason.builder().code("TransactionConflict").build()))
              .build();
      case REFUSED ->
          DynamoDbException.builder()
              .statusCode(BAD_REQUEST)
              .awsErrorDetails(AwsErrorDetails.builder().errorCode("ExpiredTokenException").build())
              .build();
      case ANSWER_LOST, LATE, ANSWER_LOST_THEN_SILENT, LATE_THEN_SILENT -> silence();
      case NONE, FIRST_REASON_ALONE, LAST_REASON_ALONE ->
          throw new IllegalStateException(this + " has an answer");
    };
  }

  static RuntimeException silence() {
    return SdkClientException.create("the answer was lost");
  }

  /** Of the failed conditions of a transaction, the one that is reported. */
  TransactionCanceledException report(TransactionCanceledException all) {
    List<CancellationReason> reasons = new ArrayList<>(all.cancellationReasons());
    List<Integer> failed = failed(all);
    int kept = this == FIRST_REASON_ALONE ? failed.getFirst() : failed.getLast();
    for (int i : failed) {
      if (i != kept) {
        reasons.set(i, CancellationReason.builder().code("None").build());
      }
    }
    return TransactionCanceledException.builder()
        .statusCode(BAD_REQUEST)
        .awsErrorDetails(all.awsErrorDetails())
        .cancellationReasons(reasons)
        .build();
  }

  static List<Integer> failed(TransactionCanceledException canceled) {
    List<CancellationReason> reasons = canceled.cancellationReasons();
    return IntStream.range(0, reasons.size())
        .filter(i -> "ConditionalCheckFailed".equals(reasons.get(i).code()))
        .boxed()
        .toList();
  }
}
