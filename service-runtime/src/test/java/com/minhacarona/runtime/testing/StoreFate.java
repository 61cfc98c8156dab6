package com.minhacarona.runtime.testing;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that can become of one attempt of a request to DynamoDB, by names to tell in a failed test.
 */
public enum StoreFate {
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

  /** The same for the proxy. */
  public DynamoDbProxy.Fate fate() {
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

  /**
   * Every sequence that has one or two of these fates, and some of three.
   *
   * @param ofThree how many, which are others each time
   */
  public static List<List<StoreFate>> sequences(List<StoreFate> fates, int ofThree) {
    List<List<StoreFate>> longer = new ArrayList<>(product(fates, 3));
    Collections.shuffle(longer);
    return Stream.of(product(fates, 1), product(fates, 2), longer.subList(0, ofThree))
        .flatMap(List::stream)
        .toList();
  }

  private static List<List<StoreFate>> product(List<StoreFate> fates, int length) {
    return Lists.cartesianProduct(Collections.nCopies(length, fates));
  }

  /** The fates for {@link DynamoDbProxy#next}. */
  public static DynamoDbProxy.Fate[] of(List<StoreFate> sequence) {
    return sequence.stream().map(StoreFate::fate).toArray(DynamoDbProxy.Fate[]::new);
  }

  /** The sequence with its last fate repeated, so that further attempts meet it too. */
  public static List<StoreFate> lastForGood(List<StoreFate> sequence, int attempts) {
    List<StoreFate> all = new ArrayList<>(sequence);
    while (all.size() < attempts) {
      all.add(sequence.getLast());
    }
    return List.copyOf(all);
  }
}
