package com.minhacarona.runtime;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.protobuf.StringValue;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/** A service of one unary method that does whatever a test wants of it. */
final class Echo implements BindableService {
  static final MethodDescriptor<StringValue, StringValue> METHOD =
      MethodDescriptor.<StringValue, StringValue>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Echo/Say")
          .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .build();

  private final Behaviour behaviour;

  interface Behaviour {
    void answer(StringValue request, StreamObserver<StringValue> responses) throws Exception;
  }

  Echo(Behaviour behaviour) {
    this.behaviour = behaviour;
  }

  static void say(StringValue request, StreamObserver<StringValue> responses) {
    responses.onNext(request);
    responses.onCompleted();
  }

  static String call(Channel channel, String text) {
    return call(channel, CallOptions.DEFAULT, text);
  }

  static String call(Channel channel, CallOptions options, String text) {
    return ClientCalls.blockingUnaryCall(channel, METHOD, options, StringValue.of(text)).getValue();
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder("test.Echo")
        .addMethod(
            METHOD,
            ServerCalls.asyncUnaryCall((request, responses) -> {
              try {
                behaviour.answer(request, responses);
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }))
        .build();
  }

  static Module module(Behaviour behaviour) {
    return module(behaviour, () -> {});
  }

  static Module module(Behaviour behaviour, ReadinessCheck readiness) {
    return new AbstractModule() {
      @Override
      protected void configure() {
        GrpcServerModule.services(binder()).addBinding().toInstance(new Echo(behaviour));
        bind(ReadinessCheck.class).toInstance(readiness);
      }
    };
  }
}
