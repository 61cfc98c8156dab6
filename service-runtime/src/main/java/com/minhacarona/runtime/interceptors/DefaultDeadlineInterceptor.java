package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives a deadline to a unary call that came without one, so that all it waits for is bounded. A
 * stream may be meant to stay open, and keeps what its caller chose.
 */
final class DefaultDeadlineInterceptor implements ServerInterceptor {
  /** Longer than any unary call takes with all its retries; a caller who waits less says so. */
  static final long DEADLINE_SECONDS = 10;

  private final ScheduledExecutorService timer;

  @Inject
  DefaultDeadlineInterceptor(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Context context = Context.current();
    if (context.getDeadline() != null
        || !call.getMethodDescriptor().getType().serverSendsOneMessage()) {
      return next.startCall(call, headers);
    }
    // Ends with the call: the server cancels the call's own context, and this one is its child.
    return Contexts.interceptCall(
        context.withDeadline(Deadline.after(DEADLINE_SECONDS, TimeUnit.SECONDS), timer),
        call,
        headers,
        next);
  }
}
