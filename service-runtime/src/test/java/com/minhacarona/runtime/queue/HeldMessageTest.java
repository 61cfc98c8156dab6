package com.minhacarona.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.testing.SettableClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a message is hidden, in the requests. */
class HeldMessageTest {
  /** From the receipt on, SQS hides a message for so long at most, and refuses whatever is more. */
  private static final Duration SQS_LIMIT = Duration.ofHours(12);

  private final QueueFixture queue = new QueueFixture();
  private final SettableClock clock = new SettableClock();

  @AfterEach
  void close() {
    queue.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999, 20_500, 3_600_001})
  void putBack_forTwelveHours_hidesForLess_sinceSqsCountsFromTheReceipt(long heldMillis) {
    HeldMessage message = receive();
    Duration held = Duration.ofMillis(heldMillis);
    clock.advance(held);
    message.putBack(SQS_LIMIT);
    assertThat(queue.hidden())
        .singleElement()
        .satisfies(hidden ->
            assertThat(hidden.plus(held))
                .as("the receipt is older at SQS, by the time of both requests")
                .isLessThan(SQS_LIMIT.minusSeconds(30))
                .isGreaterThan(SQS_LIMIT.minusMinutes(2)));
  }

  @Test
  void keep_hidesForLess_atTheEnd() {
    HeldMessage message = receive();
    Duration held = SQS_LIMIT.minusSeconds(80);
    clock.advance(held);
    message.keep();
    assertThat(queue.hidden())
        .singleElement()
        .satisfies(hidden -> assertThat(hidden.plus(held)).isLessThan(SQS_LIMIT.minusSeconds(30)));
  }

  private HeldMessage receive() {
    SqsQueue sqs = new SqsQueue(queue.sqs, new QueueConfig(queue.url, 1), QueueTimes.DEFAULT);
    queue.send("body");
    return new HeldMessage(sqs.receive(1).getFirst(), sqs, QueueTimes.DEFAULT, clock);
  }
}
