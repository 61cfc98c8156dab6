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
 * Gives a deadline to a unary call that came without one, so that each of its waits is bounded. A
 * stream may be meant to stay open, so it keeps the deadline that its caller chose, or none.
 */
final class DefaultDeadlineInterceptor implements ServerInterceptor {
  /** Longer than any unary call takes with all its retries. */
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
    // The server cancels the call's own context at its end, and with it this one, its child.
    return Contexts.interceptCall(
        context.withDeadline(Deadline.after(DEADLINE_SECONDS, TimeUnit.SECONDS), timer),
        call,
        headers,
        next);
  }
}
