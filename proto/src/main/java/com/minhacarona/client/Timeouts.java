package com.minhacarona.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Gives each call the deadline of its method, unless it has an earlier one. The service config does
 * not, because gRPC's clients in some languages misread timeouts there.
 */
final class Timeouts implements ClientInterceptor {
  private final Map<String, Duration> timeouts;

  Timeouts(Map<String, Duration> timeouts) {
    this.timeouts = timeouts;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    Duration timeout = timeouts.get(method.getFullMethodName());
    return next.newCall(method, timeout == null ? options : within(timeout, options));
  }

  private static CallOptions within(Duration timeout, CallOptions options) {
    Deadline own = Deadline.after(timeout.toMillis(), TimeUnit.MILLISECONDS);
    Deadline other = options.getDeadline();
    return options.withDeadline(other == null ? own : own.minimum(other));
  }
}
