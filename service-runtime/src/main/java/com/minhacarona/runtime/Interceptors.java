package com.minhacarona.runtime;

import com.google.inject.Inject;
import io.grpc.ServerInterceptor;
import java.util.List;

/**
 * What every call passes on its way in, in this order, and in the opposite one on its way out.
 *
 * @param outermostFirst the first sees the call first and its end last
 */
record Interceptors(List<ServerInterceptor> outermostFirst) {

  @Inject
  Interceptors(
      TraceIdInterceptor traceId,
      AccessLogInterceptor accessLog,
      DefaultDeadlineInterceptor defaultDeadline,
      TenantInterceptor tenant,
      ErrorInterceptor errors,
      MalformedRequestInterceptor malformedRequests) {
    this(List.of(traceId, accessLog, defaultDeadline, tenant, errors, malformedRequests));
  }
}
