package com.minhacarona.runtime.server;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/**
 * Serves {@code /AWS.ALB/healthcheck}, the default path of an AWS load balancer. The load balancer
 * reads the gRPC status only, and {@code grpc.health.v1} has the status OK even when it answers
 * NOT_SERVING. This method has the status OK while the server serves, and UNAVAILABLE otherwise,
 * with or without a request message.
 */
final class LoadBalancerHealth implements ServerCallHandler<InputStream, InputStream> {
  static final MethodDescriptor<InputStream, InputStream> METHOD =
      MethodDescriptor.<InputStream, InputStream>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("AWS.ALB/healthcheck")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private final BooleanSupplier serving;

  private LoadBalancerHealth(BooleanSupplier serving) {
    this.serving = serving;
  }

  static ServerServiceDefinition service(BooleanSupplier serving) {
    return ServerServiceDefinition.builder("AWS.ALB")
        .addMethod(METHOD, new LoadBalancerHealth(serving))
        .build();
  }

  @Override
  public ServerCall.Listener<InputStream> startCall(
      ServerCall<InputStream, InputStream> call, Metadata headers) {
    call.request(2);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        if (serving.getAsBoolean()) {
          call.sendHeaders(new Metadata());
          call.sendMessage(InputStream.nullInputStream());
          call.close(Status.OK, new Metadata());
        } else {
          call.close(Status.UNAVAILABLE.withDescription("not serving"), new Metadata());
        }
      }
    };
  }

  /** Passes messages on as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return stream;
    }
  }
}
