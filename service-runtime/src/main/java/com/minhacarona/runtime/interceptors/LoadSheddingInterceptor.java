package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Errors;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/** Refuses the calls that {@link Admission} does not admit, before any work for them. */
final class LoadSheddingInterceptor implements ServerInterceptor {
  /** Made once, because a refusal must cost next to nothing. */
  private final StatusRuntimeException shed = Errors.shed();

  private final Admission admission;

  @Inject
  LoadSheddingInterceptor(Admission admission) {
    this.admission = admission;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Optional<Admission.Permit> permit;
    try {
      permit = admission.admit(call.getMethodDescriptor());
    } catch (StatusRuntimeException tooLate) {
      return refused(call, tooLate);
    }
    return permit.isPresent()
        ? CallEnd.observe(call, headers, next, (status, _) -> permit.get().release(status))
        : refused(call, shed);
  }

  private static <ReqT> ServerCall.Listener<ReqT> refused(
      ServerCall<ReqT, ?> call, StatusRuntimeException refusal) {
    Metadata trailers = new Metadata();
    trailers.merge(refusal.getTrailers());
    call.close(refusal.getStatus(), trailers);
    return new ServerCall.Listener<>() {};
  }
}
