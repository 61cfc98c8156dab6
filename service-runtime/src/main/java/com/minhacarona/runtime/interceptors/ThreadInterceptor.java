package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.MethodTraits;
import com.minhacarona.runtime.call.MethodTraits.Trait;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthGrpc;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/**
 * Takes calls to a thread of their own, all but those that are answered without waiting. It is the
 * last one, because none of the others waits, and a call that they refuse needs no thread. A call
 * that has a thread already is taken to another: once it has waited for its place, it goes on where
 * another call gave that place back, in the context of that one.
 */
final class ThreadInterceptor implements ServerInterceptor {
  private static final String WATCH = HealthGrpc.getWatchMethod().getFullMethodName();

  private final Set<String> onEventLoop;
  private final ExecutorService callExecutor;

  @Inject
  ThreadInterceptor(Set<MethodTraits> methods, ExecutorService callExecutor) {
    this.callExecutor = callExecutor;
    this.onEventLoop = MethodTraits.namesWith(Trait.ANSWERS_ON_EVENT_LOOP, methods);
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    return onEventLoop.contains(method) || method.equals(WATCH)
        ? next.startCall(call, headers)
        : OnThread.start(callExecutor, call, () -> next.startCall(call, headers));
  }
}
