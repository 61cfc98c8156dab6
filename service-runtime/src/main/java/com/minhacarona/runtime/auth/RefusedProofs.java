package com.minhacarona.runtime.auth;

import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.process.PerSecond;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts proofs that were refused, by cause, and writes lines for a few of them. Thread-safe. */
final class RefusedProofs {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedProofs.class);

  /** Enough to see what is wrong with a caller's proofs, and nothing in a flood. */
  static final int LINES_PER_SECOND = 5;

  private final Map<Cause, Counter> counters = new EnumMap<>(Cause.class);
  private final PerSecond lines;
  private final AtomicLong leftOut = new AtomicLong();

  RefusedProofs(MeterRegistry meters, LongSupplier nanoTime) {
    this.lines = new PerSecond(LINES_PER_SECOND, nanoTime);
    for (Cause cause : Cause.values()) {
      counters.put(cause, meters.counter("auth.refused", "cause", cause.name()));
    }
  }

  /** Says the cause and nothing of the proof, of which each part may be a secret or a forgery. */
  void count(Cause cause) {
    Counter counter = counters.get(cause);
    if (counter != null) {
      counter.increment();
    }
    if (lines.tryAcquire()) {
      LOG.info("A proof was refused: {}; lines left out before: {}", cause, leftOut.getAndSet(0));
    } else {
      leftOut.incrementAndGet();
    }
  }
}
