package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.CallRecord;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.FailureLines;
import com.minhacarona.runtime.call.MethodTraits;
import com.minhacarona.runtime.call.MethodTraits.Trait;
import com.minhacarona.runtime.call.TraceId;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs one line for each call when it ends, in whatever way it ends. Past a number of calls in a
 * second that failed, their lines are left out, and one line says how many. Of calls that poll and
 * succeed, one in a set number has a line, and the next line says how many had none. A line holds
 * nothing of the call's metadata but ids, of which all but those of services are at most 64
 * characters long. Thread-safe.
 */
final class AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger("access");

  private final LongSupplier nanoTime;
  private final FailureLines failures;
  private final Set<String> polling;
  private final int pollsPerLine;

  /** Polls that have no line, since the last line. */
  private final AtomicInteger polls = new AtomicInteger();

  @Inject
  AccessLog(Set<MethodTraits> methods, PollLines pollLines) {
    this(methods, pollLines, System::nanoTime);
  }

  AccessLog(Set<MethodTraits> methods, PollLines pollLines, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.failures = new FailureLines(nanoTime);
    this.polling = MethodTraits.namesWith(Trait.POLLS, methods);
    this.pollsPerLine = pollLines.pollsALine();
  }

  /** Notes when a call begins, and is to be told of its end. */
  CallEnd begun(ServerCall<?, ?> call) {
    long start = nanoTime.getAsLong();
    CallRecord known = CallRecord.current();
    return (status, trailers) -> {
      if (LOG.isInfoEnabled() && isDue(call, status.getCode())) {
        write(call, known, status, trailers, nanoTime.getAsLong() - start);
      }
    };
  }

  private boolean isDue(ServerCall<?, ?> call, Status.Code code) {
    failures.leftOut().forEach(AccessLog::leftOut);
    if (code != Status.Code.OK) {
      return failures.tryAcquire(code);
    }
    if (!polling.contains(call.getMethodDescriptor().getFullMethodName())
        || polls.get() + 1 >= pollsPerLine) {
      return true;
    }
    polls.incrementAndGet();
    return false;
  }

  private void write(
      ServerCall<?, ?> call, CallRecord known, Status status, Metadata trailers, long nanos) {
    LoggingEventBuilder line =
        LOG.atInfo()
            .addKeyValue("method", call.getMethodDescriptor().getFullMethodName())
            .addKeyValue("status", status.getCode())
            .addKeyValue("reason", Errors.reason(status, trailers).orElse("-"))
            .addKeyValue("duration_us", nanos / 1_000)
            .addKeyValue("peer", call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
            .addKeyValue("caller", known.caller())
            .addKeyValue("tenant", known.tenant().orElse("-"))
            .addKeyValue("request_id", known.requestId())
            .addKeyValue("trace_id", TraceId.current());
    int without = polls.getAndSet(0);
    if (without > 0) {
      line = line.addKeyValue("polls_left_out", without);
    }
    line.log("call");
  }

  private static void leftOut(Status.Code code, int lines) {
    LOG.atInfo().addKeyValue("status", code).addKeyValue("left_out", lines).log("calls left out");
  }
}
