package com.minhacarona.load.soak;

import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.DynamoDbProxy.Answer;
import com.minhacarona.runtime.testing.DynamoDbProxy.Fate;
import com.minhacarona.runtime.testing.StoreFate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The faults of the wire to the table. A seed decides on each attempt, and trouble comes in waves,
 * because a call meets several attempts of the same minute. Thread-safe.
 */
final class FaultPlan implements DynamoDbProxy.Plan {
  private static final Set<StoreFate> OF_READS =
      EnumSet.of(
          StoreFate.LOST,
          StoreFate.THROTTLED,
          StoreFate.PROVISIONED_THROUGHPUT_EXCEEDED,
          StoreFate.UNAVAILABLE,
          StoreFate.EXPIRED_TOKEN,
          StoreFate.BODY_CUT_OFF);

  /** Those of the tests but success, and a fate that needs a mark in the request. */
  private static final List<StoreFate> OF_WRITES =
      List.copyOf(EnumSet.complementOf(EnumSet.of(StoreFate.CARRIED_OUT, StoreFate.HELD_UP)));

  private static final int LONGEST_DELAY_MS = 1_500;
  private static final int CALM = 600;
  private static final int WAVE = 200;
  private static final double RARE = 0.03;
  private static final double OFTEN = 0.4;

  private final Random random;
  private final Map<String, Integer> counts = new TreeMap<>();
  private int attempts;
  private volatile boolean over;

  FaultPlan(long seed) {
    random = new Random(seed);
  }

  /** From now on there are no faults. */
  void end() {
    over = true;
  }

  synchronized Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }

  synchronized int attempts() {
    return attempts;
  }

  @Override
  public synchronized @Nullable Fate fate(String operation) {
    boolean write = operation.equals("TransactWriteItems");
    if (!write && !operation.endsWith("Item") && !operation.equals("Query")) {
      return null; // The stream, and what describes the table.
    }
    attempts++;
    boolean wave = attempts % (CALM + WAVE) >= CALM;
    double odds = random.nextDouble();
    int which = random.nextInt(OF_WRITES.size() + 3);
    Duration delay = Duration.ofMillis(random.nextInt(LONGEST_DELAY_MS));
    if (over || odds > (wave ? OFTEN : RARE)) {
      return null;
    }
    if (which == OF_WRITES.size()) {
      return counted(write, "SLOW", DynamoDbProxy.slow(delay));
    }
    if (which == OF_WRITES.size() + 1 && write) {
      return counted(true, "LATE", DynamoDbProxy.late(delay));
    }
    if (which >= OF_WRITES.size()) {
      return counted(write, "ANSWER_CUT_OFF", DynamoDbProxy.answered(FaultPlan::half));
    }
    StoreFate fate = OF_WRITES.get(which);
    return write || OF_READS.contains(fate) ? counted(write, fate.name(), fate.fate()) : null;
  }

  private Fate counted(boolean write, String name, Fate fate) {
    counts.merge((write ? "write " : "read ") + name, 1, Integer::sum);
    return fate;
  }

  private static Answer half(Answer answer) {
    return new Answer(
        answer.status(),
        answer.contentType(),
        answer.body().substring(0, answer.body().length() / 2));
  }
}
