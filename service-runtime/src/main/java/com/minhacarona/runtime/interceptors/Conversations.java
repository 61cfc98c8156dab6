package com.minhacarona.runtime.interceptors;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Tells streams in both directions, which may last for long, from other calls. */
final class Conversations {

  /** The interceptor for streams in both directions. */
  static ServerInterceptor only(ServerInterceptor interceptor) {
    return selected(true, interceptor);
  }

  /** The interceptor for all other calls. */
  static ServerInterceptor not(ServerInterceptor interceptor) {
    return selected(false, interceptor);
  }

  private static ServerInterceptor selected(boolean conversations, ServerInterceptor interceptor) {
    return new ServerInterceptor() {
      @Override
      public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
          ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        boolean conversation = call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING;
        return conversation == conversations
            ? interceptor.interceptCall(call, headers, next)
            : next.startCall(call, headers);
      }
    };
  }

  private Conversations() {}
}
