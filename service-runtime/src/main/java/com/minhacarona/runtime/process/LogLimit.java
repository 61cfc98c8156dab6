package com.minhacarona.runtime.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets each logger of the network libraries write a few lines a second, so that garbage from
 * outside cannot fill the log; they log with a stack, and on the event loop. A line says how many
 * were dropped before it. Thread-safe; for {@code logback.xml}.
 */
public final class LogLimit extends TurboFilter {
  /** Enough to see a fault of our own, a few kilobytes a second of anybody else's. */
  static final int LINES_PER_SECOND = 2;

  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, Lines> lines = new ConcurrentHashMap<>();

  /** As {@code logback.xml} makes it. */
  public LogLimit() {
    this(System::nanoTime);
  }

  LogLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private record Lines(PerSecond limit, AtomicLong dropped) {}

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] parameters,
      @Nullable Throwable thrown) {
    String name = logger.getName();
    // Without a format it is the question whether a line would be written.
    if (format == null
        || !(name.startsWith("io.grpc.") || name.startsWith("io.netty."))
        || !level.isGreaterOrEqual(logger.getEffectiveLevel())) {
      return FilterReply.NEUTRAL;
    }
    // Bounded: one entry for each logger class of the two libraries.
    Lines ofLogger =
        lines.computeIfAbsent(
            name, _ -> new Lines(new PerSecond(LINES_PER_SECOND, nanoTime), new AtomicLong()));
    if (!ofLogger.limit().tryAcquire()) {
      ofLogger.dropped().incrementAndGet();
      return FilterReply.DENY;
    }
    long dropped = ofLogger.dropped().getAndSet(0);
    if (dropped > 0) {
      logger
          .getLoggerContext()
          .getLogger(LogLimit.class)
          .warn("{} lines of {} were dropped", dropped, name);
    }
    return FilterReply.NEUTRAL;
  }
}
