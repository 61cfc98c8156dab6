package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.MethodTraits;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Notices that gRPC is about to end one call by itself, a moment before it does, so that the call
 * can be answered with an error of {@link Errors} first: because its bytes are not framed as gRPC
 * says, because there are too many of them, or because its deadline has passed. Thread-safe.
 */
final class EarlyEnd extends ServerStreamTracer {
  private static final Context.Key<EarlyEnd> CURRENT = Context.key("early-end");

  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  /** As the gRPC protocol says. */
  private static final Pattern TIMEOUT_VALUE = Pattern.compile("([0-9]{1,8})([HMSmun])");

  /** A quarter of what the smallest task has for buffers outside the heap, with room beside it. */
  static final long MAX_UNFINISHED_BYTES = 16 * 1024 * 1024;

  private final Factory factory;
  private final CallLimits limits;
  private final Deadline deadline;

  /** Of the message of which a part has come. Touched by the connection's thread only. */
  private long received;

  private volatile @Nullable PreludeTimer untilDeadline;
  private @Nullable StatusRuntimeException error;
  private @Nullable Consumer<StatusRuntimeException> answer;

  private EarlyEnd(Factory factory, CallLimits limits, Metadata headers) {
    this.factory = factory;
    this.limits = limits;
    this.deadline = deadline(headers);
  }

  /** That of the current call. */
  static Optional<EarlyEnd> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** Makes one for each call of a server. */
  static final class Factory extends ServerStreamTracer.Factory {
    /** Bytes of all messages of which a part has come, and a part has not. */
    private final AtomicLong unfinished = new AtomicLong();

    private final DeadlineTimer timer;
    private final Map<String, CallLimits> limits;

    @Inject
    Factory(DeadlineTimer timer, Set<MethodTraits> methods) {
      this.timer = timer;
      this.limits = CallLimits.byMethod(methods);
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
      return new EarlyEnd(this, limits.getOrDefault(fullMethodName, CallLimits.unknown()), headers);
    }
  }

  /** Calls back with the error to answer with, at once if it is known already; at most once. */
  void onEnd(Consumer<StatusRuntimeException> callback) {
    StatusRuntimeException known;
    synchronized (this) {
      answer = callback;
      known = error;
    }
    if (known != null) {
      callback.accept(known);
    }
  }

  /** How large a message of the call may be. */
  int maxMessageBytes() {
    return limits.maxMessageBytes();
  }

  /** Whether the call was ended from here. */
  synchronized boolean happened() {
    return error != null;
  }

  /**
   * Puts a context around that of the call, which gRPC makes a moment later and which takes the
   * earlier deadline of this one. When the deadline passes, the call is answered before gRPC sees
   * the context as cancelled, upon which it resets the stream.
   */
  @Override
  public Context filterContext(Context context) {
    Context known = context.withValue(CURRENT, this);
    PreludeTimer timer = new PreludeTimer(factory.timer, () -> end(Errors.deadlineExceeded()));
    Context.CancellableContext outer = known.withDeadline(deadline, timer);
    if (outer.isCancelled()) {
      // A deadline that has passed already needs no timer.
      end(Errors.deadlineExceeded());
    }
    untilDeadline = timer;
    return outer;
  }

  /** Comes with each part of a message, so that none is kept that is too large in the end. */
  @Override
  public void inboundWireSize(long bytes) {
    received += bytes;
    long all = factory.unfinished.addAndGet(bytes);
    if (received > limits.maxMessageBytes()) {
      end(Framing.tooLarge(limits.maxMessageBytes()));
    } else if (all > MAX_UNFINISHED_BYTES) {
      end(Errors.shed());
    }
  }

  @Override
  public void inboundMessageRead(int number, long wireSize, long uncompressedSize) {
    finished();
  }

  private void finished() {
    factory.unfinished.addAndGet(-received);
    received = 0;
  }

  /** Comes before gRPC tells the client, if it is gRPC that ends the call. */
  @Override
  public void streamClosed(Status status) {
    finished();
    Framing.fault(status, limits.maxMessageBytes()).ifPresent(this::end);
    // gRPC cancels its own context, inside of ours, which then needs no timer.
    PreludeTimer timer = untilDeadline;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Ends the call with this error, unless it is over or ends already. */
  void end(StatusRuntimeException because) {
    Consumer<StatusRuntimeException> callback;
    synchronized (this) {
      if (error != null) {
        return;
      }
      error = because;
      callback = answer;
    }
    if (callback != null) {
      callback.accept(because);
    }
  }

  /**
   * The caller's deadline, or that of the method. Takes it out of the headers, where gRPC would
   * find it and start a timer of its own, for each call. gRPC's context ends with the one of {@link
   * #filterContext}, and then it resets a stream whose client does not read the answer.
   */
  private Deadline deadline(Metadata headers) {
    long nanos = limits.deadline().toNanos();
    String value = headers.get(TIMEOUT);
    if (value != null) {
      Matcher timeout = TIMEOUT_VALUE.matcher(value);
      if (timeout.matches()) {
        long asked = unit(timeout.group(2)).toNanos(Long.parseLong(timeout.group(1)));
        nanos = Math.min(asked, limits.ceiling().toNanos());
      } else {
        error =
            Errors.invalidMetadata(TIMEOUT.name(), "must be up to 8 digits and H, M, S, m, u or n");
      }
      headers.discardAll(TIMEOUT);
    }
    return Deadline.after(nanos, TimeUnit.NANOSECONDS);
  }

  private static TimeUnit unit(String letter) {
    return switch (letter) {
      case "H" -> TimeUnit.HOURS;
      case "M" -> TimeUnit.MINUTES;
      case "S" -> TimeUnit.SECONDS;
      case "m" -> TimeUnit.MILLISECONDS;
      case "u" -> TimeUnit.MICROSECONDS;
      default -> TimeUnit.NANOSECONDS;
    };
  }
}
