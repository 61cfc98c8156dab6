package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Tenant;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Binds a call to its caller, and to the tenant that its metadata names; refuses it when the tenant
 * is unclear.
 */
final class CallerInterceptor implements ServerInterceptor {

  @Inject
  CallerInterceptor() {}

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Caller caller = Tenant.named(headers).map(Caller.TRUSTED::narrowedTo).orElse(Caller.TRUSTED);
    return Contexts.interceptCall(caller.bind(Context.current()), call, headers, next);
  }
}
