package com.minhacarona.runtime.queue;

import com.minhacarona.runtime.call.CallRecord;
import com.minhacarona.runtime.call.FailureLines;
import com.minhacarona.runtime.call.TraceId;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line for each message that was handled, in the log of calls. Past a number of messages
 * in a second that failed, their lines are left out, and one line says how many. A line holds
 * nothing of the message but ids. Thread-safe.
 */
final class MessageLines {
  private static final Logger LOG = LoggerFactory.getLogger("access");

  private final String queue;
  private final FailureLines failures;

  MessageLines(String queue, LongSupplier nanoTime) {
    this.queue = queue;
    this.failures = new FailureLines(nanoTime);
  }

  void write(QueueMessage message, Ending ending, Duration took, Duration age, CallRecord known) {
    failures.leftOut().forEach(this::leftOut);
    if (!failures.tryAcquire(ending.status().getCode())) {
      return;
    }
    LOG.atInfo()
        .addKeyValue("queue", queue)
        .addKeyValue("message_id", message.id())
        .addKeyValue("status", ending.status().getCode())
        .addKeyValue("outcome", ending.outcome())
        .addKeyValue("reason", ending.reason())
        .addKeyValue("receives", message.receives())
        .addKeyValue("duration_us", took.toNanos() / 1_000)
        .addKeyValue("age_ms", age.toMillis())
        .addKeyValue("tenant", known.tenant().orElse("-"))
        .addKeyValue("request_id", known.requestId())
        .addKeyValue("trace_id", TraceId.current())
        .log("message");
  }

  private void leftOut(Status.Code code, int lines) {
    LOG.atInfo()
        .addKeyValue("queue", queue)
        .addKeyValue("status", code)
        .addKeyValue("left_out", lines)
        .log("messages left out");
  }
}
