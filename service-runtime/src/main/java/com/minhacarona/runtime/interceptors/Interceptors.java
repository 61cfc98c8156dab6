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
 * @param earlyEnds tells them that gRPC is about to end a call
 */
public record Interceptors(
    List<ServerInterceptor> ofFeatures,
    List<ServerInterceptor> ofOperations,
    ServerInterceptor ofProbes,
    ServerStreamTracer.Factory earlyEnds) {

  @Inject
  Interceptors(
      WarmUp warmUp,
      CallMetricsInterceptor metrics,
      TraceIdInterceptor traceId,
      @Tracing Set<ServerInterceptor> tracing,
      AccessLogInterceptor accessLog,
      EarlyEndInterceptor earlyEnd,
      ErrorInterceptor errors,
      CallerInterceptor caller,
      LoadSheddingInterceptor loadShedding,
      MalformedRequestInterceptor malformedRequests,
      OpenMethodsInterceptor openMethods,
      EarlyEnd.Factory earlyEnds) {
    this(
        ImmutableList.<ServerInterceptor>builder()
            .add(warmUp.except(metrics))
            .add(traceId)
            .addAll(tracing.stream().map(warmUp::except).iterator())
            .add(warmUp.except(accessLog))
            .add(earlyEnd)
            .add(errors)
            .add(caller)
            .add(warmUp.except(loadShedding))
            .add(malformedRequests)
            .build(),
        List.of(errors, caller, openMethods),
        openMethods,
        earlyEnds);
  }
}
