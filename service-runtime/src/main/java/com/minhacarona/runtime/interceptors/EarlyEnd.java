package com.minhacarona.runtime.interceptors;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.inject.Inject;
import com.minhacarona.runtime.call.Errors;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Notices that gRPC is about to end one call by itself, a moment before it does, so that the call
 * can be answered with an error of {@link Errors} first: because its bytes are not framed as gRPC
 * says, or because its deadline has passed. Thread-safe.
 */
final class EarlyEnd extends ServerStreamTracer {
  private static final Context.Key<EarlyEnd> CURRENT = Context.key("early-end");

  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  /** As the gRPC protocol says. */
  private static final Pattern TIMEOUT_VALUE = Pattern.compile("([0-9]{1,8})([HMSmun])");

  private final Factory factory;
  private final Optional<Deadline> deadline;
  private Context.@Nullable CancellableContext untilDeadline;
  private @Nullable StatusRuntimeException error;
  private @Nullable Consumer<StatusRuntimeException> answer;

  private EarlyEnd(Factory factory, Metadata headers) {
    this.factory = factory;
    this.deadline = deadline(headers);
  }

  /** That of the current call. */
  static Optional<EarlyEnd> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** Makes one for each call of a server. */
  static final class Factory extends ServerStreamTracer.Factory {
    /** Made once: to end a call must cost next to nothing. */
    private final StatusRuntimeException over =
        Status.CANCELLED.withDescription("The call is over").asRuntimeException();

    private final ScheduledExecutorService timer;

    @Inject
    Factory(ScheduledExecutorService timer) {
      this.timer = timer;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
      return new EarlyEnd(this, headers);
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

  /** Whether the call was ended from here. */
  synchronized boolean happened() {
    return error != null;
  }

  /**
   * Puts a context around that of the call, which gRPC makes a moment later. When the deadline
   * passes, listeners of the outer context hear of it before those of the inner one, of which one
   * resets the stream.
   */
  @Override
  public Context filterContext(Context context) {
    Context known = context.withValue(CURRENT, this);
    if (deadline.isEmpty()) {
      return known;
    }
    Context.CancellableContext outer = known.withDeadline(deadline.get(), factory.timer);
    synchronized (this) {
      untilDeadline = outer;
    }
    outer.addListener(
        cancelled -> {
          if (cancelled.cancellationCause() instanceof TimeoutException) {
            end(Errors.deadlineExceeded());
          }
        },
        MoreExecutors.directExecutor());
    return outer;
  }

  /** Comes before gRPC tells the client, if it is gRPC that ends the call. */
  @Override
  public void streamClosed(Status status) {
    Framing.fault(status).ifPresent(this::end);
    Context.CancellableContext outer;
    synchronized (this) {
      outer = untilDeadline;
    }
    if (outer != null) {
      outer.cancel(status.isOk() ? null : factory.over);
    }
  }

  private void end(StatusRuntimeException because) {
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

  /** Removes a timeout that cannot be read, which would make gRPC reset the stream. */
  private Optional<Deadline> deadline(Metadata headers) {
    String value = headers.get(TIMEOUT);
    if (value == null) {
      return Optional.empty();
    }
    Matcher timeout = TIMEOUT_VALUE.matcher(value);
    if (!timeout.matches()) {
      headers.discardAll(TIMEOUT);
      error =
          Errors.invalidMetadata(TIMEOUT.name(), "must be up to 8 digits and H, M, S, m, u or n");
      return Optional.empty();
    }
    return Optional.of(Deadline.after(Long.parseLong(timeout.group(1)), unit(timeout.group(2))));
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
