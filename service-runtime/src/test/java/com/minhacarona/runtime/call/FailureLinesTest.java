package com.minhacarona.runtime.call;

import static com.minhacarona.runtime.call.FailureLines.PER_SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailureLinesTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
  private final FailureLines lines = new FailureLines(now::get);

  @Test
  void tryAcquire_ofMoreFailuresThanTheLimit_isFalseUntilTheNextSecond() {
    assertThat(written(Code.RESOURCE_EXHAUSTED, PER_SECOND + 7)).isEqualTo(PER_SECOND);

    pass(999);
    assertThat(lines.leftOut()).isEmpty();
    assertThat(lines.tryAcquire(Code.RESOURCE_EXHAUSTED)).isFalse();

    pass(1);
    assertThat(lines.leftOut()).isEqualTo(Map.of(Code.RESOURCE_EXHAUSTED, 8));
    assertThat(lines.leftOut()).isEmpty();
    assertThat(lines.tryAcquire(Code.RESOURCE_EXHAUSTED)).isTrue();
  }

  @Test
  void tryAcquire_ofCallsThatSucceed_isAlwaysTrue() {
    assertThat(written(Code.OK, 10 * PER_SECOND)).isEqualTo(10 * PER_SECOND);
    pass(1_000);
    assertThat(lines.leftOut()).isEmpty();
  }

  @Test
  void tryAcquire_inAFloodOfAnotherStatus_isTrue() {
    assertThat(written(Code.INVALID_ARGUMENT, 2 * PER_SECOND)).isEqualTo(PER_SECOND);
    assertThat(written(Code.INTERNAL, PER_SECOND)).isEqualTo(PER_SECOND);
    assertThat(written(Code.NOT_FOUND, PER_SECOND + 1)).isEqualTo(PER_SECOND);
    pass(1_000);
    assertThat(lines.leftOut())
        .isEqualTo(Map.of(Code.INVALID_ARGUMENT, PER_SECOND, Code.NOT_FOUND, 1));
  }

  private long written(Code code, int calls) {
    return IntStream.range(0, calls).filter(_ -> lines.tryAcquire(code)).count();
  }

  private void pass(long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
