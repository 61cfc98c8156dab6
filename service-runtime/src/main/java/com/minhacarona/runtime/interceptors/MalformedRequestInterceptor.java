package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Answers {@code INVALID_ARGUMENT} to a request that is not exactly one message where one is due,
 * or that {@link CheckedRequests} could not read, where grpc-java would answer {@code INTERNAL}.
 */
final class MalformedRequestInterceptor implements ServerInterceptor {

  @Inject
  MalformedRequestInterceptor() {}

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    boolean exactlyOne = call.getMethodDescriptor().getType().clientSendsOneMessage();
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean heard;

      @Override
      public void onMessage(ReqT message) {
        if (exactlyOne && heard) {
          throw Framing.malformed("must be one message, and not more");
        }
        heard = true;
        if (message instanceof CheckedRequests.Malformed malformed) {
          throw malformed.error();
        }
        super.onMessage(message);
      }

      @Override
      public void onHalfClose() {
        if (exactlyOne && !heard) {
          throw Framing.malformed("is missing: send one message");
        }
        super.onHalfClose();
      }
    };
  }
}
