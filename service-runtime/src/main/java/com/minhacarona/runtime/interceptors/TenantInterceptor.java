package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Tenant;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Binds a call to the tenant that its metadata names. */
final class TenantInterceptor implements ServerInterceptor {

  @Inject
  TenantInterceptor() {}

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    String tenantId = headers.get(Tenant.HEADER);
    return tenantId == null
        ? next.startCall(call, headers)
        : Contexts.interceptCall(Tenant.bind(Context.current(), tenantId), call, headers, next);
  }
}
