package com.minhacarona.runtime.interceptors;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import java.util.List;
import java.util.Set;

/**
 * All interceptors. A call passes a list in this order on its way in, and in the opposite order on
 * its way out: the first sees the call first and its end last.
 *
 * @param ofFeatures for the methods of the features
 * @param ofOperations for methods that show how the service is, to known callers only
 * @param ofProbes for methods that anybody may call
 * @param tracers make the context in which all of them see a call, and tell that gRPC is about to
 *     end one
 */
public record Interceptors(
    List<ServerInterceptor> ofFeatures,
    List<ServerInterceptor> ofOperations,
    ServerInterceptor ofProbes,
    List<ServerStreamTracer.Factory> tracers) {

  @Inject
  Interceptors(
      WarmUp warmUp,
      ObservingInterceptor observing,
      @Tracing Set<ServerInterceptor> tracing,
      EarlyEndInterceptor earlyEnd,
      ErrorInterceptor errors,
      CallerInterceptor caller,
      LoadSheddingInterceptor loadShedding,
      MalformedRequestInterceptor malformedRequests,
      ThreadInterceptor thread,
      OpenMethodsInterceptor openMethods,
      CallContext.Factory callContexts,
      EarlyEnd.Factory earlyEnds) {
    this(
        ImmutableList.<ServerInterceptor>builder()
            .add(warmUp.except(observing))
            .addAll(tracing.stream().map(warmUp::except).map(Conversations::not).iterator())
            .add(earlyEnd)
            .add(errors)
            // A conversation is traced message by message, on the thread that works on it.
            .add(Conversations.only(thread))
            .addAll(tracing.stream().map(warmUp::except).map(Conversations::only).iterator())
            .add(caller)
            .add(malformedRequests)
            .add(warmUp.except(loadShedding))
            .add(Conversations.not(thread))
            .build(),
        List.of(errors, caller, openMethods, thread),
        openMethods,
        List.of(callContexts, earlyEnds));
  }
}
