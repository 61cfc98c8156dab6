package com.minhacarona.runtime.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All that can become of one attempt of a transaction, each by a name to tell in a failed test. */
public enum WriteFate {
  CARRIED_OUT,
  CARRIED_OUT_AND_LOST,
  CARRIED_OUT_AND_FAILED,
  LOST,
  HELD_UP,
  CONFLICT,
  THROTTLED_IN_REASONS,
  THROTTLED,
  PROVISIONED_THROUGHPUT_EXCEEDED,
  IN_PROGRESS,
  UNAVAILABLE,
  EXPIRED_TOKEN,
  REFUSED_BY_A_PROXY,
  BODY_CUT_OFF;

  private DynamoDbProxy.Fate fate() {
    return switch (this) {
      case CARRIED_OUT -> DynamoDbProxy.answered(answer -> answer);
      case CARRIED_OUT_AND_LOST -> DynamoDbProxy.lostOnTheWayBack();
      case CARRIED_OUT_AND_FAILED ->
          DynamoDbProxy.answered(
              _ -> new DynamoDbProxy.Answer(500, "{\"__type\": \"InternalServerError\"}"));
      case LOST -> DynamoDbProxy.lostOnTheWayThere();
      case HELD_UP -> DynamoDbProxy.heldUp();
      case CONFLICT -> DynamoDbProxy.cancelled("TransactionConflict", "None");
      case THROTTLED_IN_REASONS -> DynamoDbProxy.cancelled("ThrottlingError", "None");
      case THROTTLED -> DynamoDbProxy.refusedAs("ThrottlingException");
      case PROVISIONED_THROUGHPUT_EXCEEDED ->
          DynamoDbProxy.refusedAs("ProvisionedThroughputExceededException");
      case IN_PROGRESS -> DynamoDbProxy.refusedAs("TransactionInProgressException");
      case UNAVAILABLE -> DynamoDbProxy.refusedByTheStore(503);
      case EXPIRED_TOKEN -> DynamoDbProxy.refusedAs("ExpiredTokenException");
      case REFUSED_BY_A_PROXY -> DynamoDbProxy.answeredByAProxy(403);
      case BODY_CUT_OFF -> DynamoDbProxy.refusedWithABodyCutOff();
    };
  }

  /** Every sequence of fates that has from one to so many of them. */
  public static Stream<List<WriteFate>> sequences(int longest) {
    Stream<List<WriteFate>> all = Stream.of();
    List<List<WriteFate>> shorter = List.of(List.of());
    for (int length = 1; length <= longest; length++) {
      List<List<WriteFate>> next = new ArrayList<>();
      for (List<WriteFate> beginning : shorter) {
        for (WriteFate last : values()) {
          List<WriteFate> sequence = new ArrayList<>(beginning);
          sequence.add(last);
          next.add(List.copyOf(sequence));
        }
      }
      all = Stream.concat(all, next.stream());
      shorter = next;
    }
    return all;
  }

  /** The fates for {@link DynamoDbProxy#next}. */
  public static DynamoDbProxy.Fate[] of(List<WriteFate> sequence) {
    return sequence.stream().map(WriteFate::fate).toArray(DynamoDbProxy.Fate[]::new);
  }

  /** The sequence with its last fate repeated, so that further attempts meet it too. */
  static List<WriteFate> lastForGood(List<WriteFate> sequence, int attempts) {
    List<WriteFate> all = new ArrayList<>(sequence);
    while (all.size() < attempts) {
      all.add(sequence.getLast());
    }
    return List.copyOf(all);
  }
}
