package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Errors;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * Limits the calls of health, reflection and the load balancer's check. They have places of their
 * own, so that neither they nor the other methods can take those of the others, and a probe is
 * answered whatever another address does.
 */
public final class OpenMethodsInterceptor implements ServerInterceptor {
  /** Each watcher of health holds one, as long as it is connected. */
  static final int MAX_CALLS = 1_000;

  /** A probe needs one. */
  static final int MAX_CALLS_OF_A_PEER = 100;

  /** Made once, because a refusal must cost next to nothing. */
  private final StatusRuntimeException shed = Errors.shed();

  private final Shares places = new Shares(MAX_CALLS, MAX_CALLS_OF_A_PEER);

  @Inject
  OpenMethodsInterceptor() {}

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Optional<Shares.Place> place = places.take(call);
    if (place.isEmpty()) {
      Metadata trailers = new Metadata();
      trailers.merge(shed.getTrailers());
      call.close(shed.getStatus(), trailers);
      return new ServerCall.Listener<>() {};
    }
    return CallEnd.observe(call, headers, next, (_, _) -> place.get().giveBack());
  }
}
