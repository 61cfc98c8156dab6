package com.minhacarona.runtime.interceptors;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import io.grpc.ServerInterceptor;
import java.util.List;
import java.util.Set;

/**
 * All interceptors. A call passes them in this order on its way in, and in the opposite order on
 * its way out.
 *
 * @param outermostFirst the first one sees the call first and its end last
 */
public record Interceptors(List<ServerInterceptor> outermostFirst) {

  @Inject
  Interceptors(
      WarmUp warmUp,
      CallMetricsInterceptor metrics,
      TraceIdInterceptor traceId,
      @Tracing Set<ServerInterceptor> tracing,
      AccessLogInterceptor accessLog,
      LoadSheddingInterceptor loadShedding,
      DefaultDeadlineInterceptor defaultDeadline,
      TenantInterceptor tenant,
      ErrorInterceptor errors,
      MalformedRequestInterceptor malformedRequests) {
    this(
        ImmutableList.<ServerInterceptor>builder()
            .add(warmUp.except(metrics))
            .add(traceId)
            .addAll(tracing.stream().map(warmUp::except).iterator())
            .add(warmUp.except(accessLog))
            .add(warmUp.except(loadShedding))
            .add(defaultDeadline)
            .add(tenant)
            .add(errors)
            .add(malformedRequests)
            .build());
  }
}
