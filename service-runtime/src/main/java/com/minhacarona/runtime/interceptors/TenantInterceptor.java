package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Tenant;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/** Binds a call to the tenant that its metadata names, and refuses it when that is unclear. */
final class TenantInterceptor implements ServerInterceptor {

  @Inject
  TenantInterceptor() {}

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Optional<String> tenantId = Tenant.named(headers);
    return tenantId.isEmpty()
        ? next.startCall(call, headers)
        : Contexts.interceptCall(
            Tenant.bind(Context.current(), tenantId.get()), call, headers, next);
  }
}
