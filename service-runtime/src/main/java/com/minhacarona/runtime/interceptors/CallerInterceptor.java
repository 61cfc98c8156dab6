package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.auth.Authenticator;
import com.minhacarona.runtime.auth.Authenticator.Proved;
import com.minhacarona.runtime.auth.MethodAccess;
import com.minhacarona.runtime.auth.Recalled;
import com.minhacarona.runtime.call.CallRecord;
import com.minhacarona.runtime.call.Errors;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;

/**
 * Lets in callers that prove who they are and may call the method, and binds the call to its caller
 * and tenant. Others are refused before they cost more than the proof.
 */
final class CallerInterceptor implements ServerInterceptor {
  private final Authenticator authenticator;

  /** Made once, because a refusal must cost next to nothing. */
  private final StatusRuntimeException shed = Errors.shed();

  private final MethodAccess access;
  private final Admission admission;
  private final CallStart callStart;

  @Inject
  CallerInterceptor(
      Authenticator authenticator, MethodAccess access, Admission admission, CallStart callStart) {
    this.authenticator = authenticator;
    this.access = access;
    this.admission = admission;
    this.callStart = callStart;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Recalled recalled = authenticator.recall(headers);
    if (recalled.complete()) {
      return begin(
          authenticator.authenticate(headers, call.getAttributes(), recalled), call, headers, next);
    }
    return callStart
        .verifying(
            call,
            verified -> {
              Proved proved = authenticator.authenticate(headers, call.getAttributes(), recalled);
              verified.run();
              return begin(proved, call, headers, next);
            })
        .orElseThrow(() -> admission.counted(call.getMethodDescriptor(), shed));
  }

  private <ReqT, RespT> ServerCall.Listener<ReqT> begin(
      Proved proved,
      ServerCall<ReqT, RespT> call,
      Metadata headers,
      ServerCallHandler<ReqT, RespT> next) {
    Authenticator.dropProofs(headers);
    CallRecord.current().noteCaller(proved.name(), proved.caller().tenant());
    access.require(proved.caller(), call.getMethodDescriptor());
    return Contexts.interceptCall(proved.caller().bind(Context.current()), call, headers, next);
  }
}
