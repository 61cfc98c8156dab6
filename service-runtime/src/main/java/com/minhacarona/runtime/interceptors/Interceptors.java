package com.minhacarona.runtime.interceptors;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import java.util.List;
import java.util.Set;

/**
 * All interceptors. A call passes them in this order on its way in, and in the opposite order on
 * its way out.
 *
 * @param outermostFirst the first sees the call first and its end last
 * @param earlyEnds tells them that gRPC is about to end a call
 */
public record Interceptors(
    List<ServerInterceptor> outermostFirst, ServerStreamTracer.Factory earlyEnds) {

  @Inject
  Interceptors(
      WarmUp warmUp,
      CallMetricsInterceptor metrics,
      TraceIdInterceptor traceId,
      @Tracing Set<ServerInterceptor> tracing,
      AccessLogInterceptor accessLog,
      EarlyEndInterceptor earlyEnd,
      ErrorInterceptor errors,
      LoadSheddingInterceptor loadShedding,
      CallerInterceptor caller,
      MalformedRequestInterceptor malformedRequests,
      EarlyEnd.Factory earlyEnds) {
    this(
        ImmutableList.<ServerInterceptor>builder()
            .add(warmUp.except(metrics))
            .add(traceId)
            .addAll(tracing.stream().map(warmUp::except).iterator())
            .add(warmUp.except(accessLog))
            .add(earlyEnd)
            .add(errors)
            .add(warmUp.except(loadShedding))
            .add(caller)
            .add(malformedRequests)
            .build(),
        earlyEnds);
  }
}
