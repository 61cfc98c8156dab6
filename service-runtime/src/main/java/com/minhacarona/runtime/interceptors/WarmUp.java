package com.minhacarona.runtime.interceptors;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Calls the server over loopback before it says SERVING, so that the first real caller does not
 * wait for class loading, connections and interpreted code. Without it the first call took more
 * than two seconds in a container of half a CPU. The warm-up calls carry a secret of this process,
 * so that they are not counted, logged, traced or limited. They prove who calls as all others do.
 */
public final class WarmUp {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-warm-up", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Bounded, so that a slow store cannot keep the service from starting. */
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  private final String secret = UUID.randomUUID().toString();

  /**
   * Makes the call up to {@code calls} times.
   *
   * @param channel to this server; is shut down at the end
   * @param token proves who calls; empty when nobody must
   */
  public void run(ManagedChannel channel, Optional<String> token, int calls, HotPath hotPath) {
    try {
      Metadata headers = new Metadata();
      headers.put(HEADER, secret);
      token.ifPresent(t -> headers.put(AUTHORIZATION, "Bearer " + t));
      Channel marked =
          ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
      long end = System.nanoTime() + AT_MOST.toNanos();
      for (int i = 0; i < calls && System.nanoTime() < end; i++) {
        try {
          hotPath.call(marked);
        } catch (StatusRuntimeException _) {
          // A refusal ran through the same code as an answer.
        }
      }
    } finally {
      channel.shutdownNow();
    }
  }

  /** The interceptor for all calls except those of the warm-up. */
  ServerInterceptor except(ServerInterceptor interceptor) {
    return new ServerInterceptor() {
      @Override
      public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
          ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        return secret.equals(headers.get(HEADER))
            ? next.startCall(call, headers)
            : interceptor.interceptCall(call, headers, next);
      }
    };
  }
}
