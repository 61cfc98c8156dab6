package com.minhacarona.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PerSecondTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
  private final PerSecond perSecond = new PerSecond(2, now::get);

  @Test
  void tryAcquire_oftenerThanTheLimit_isFalseUntilTheNextSecond() {
    assertThat(perSecond.tryAcquire()).isTrue();
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
    assertThat(perSecond.tryAcquire()).isTrue();
    assertThat(perSecond.tryAcquire()).isFalse();
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    assertThat(perSecond.tryAcquire()).isTrue();
  }
}
