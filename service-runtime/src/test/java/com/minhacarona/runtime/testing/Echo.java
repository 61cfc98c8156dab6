package com.minhacarona.runtime.testing;

import com.google.inject.Module;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.call.MethodTraits.Trait;
import com.minhacarona.runtime.server.FeatureModule;
import com.minhacarona.runtime.server.GrpcServerModule;
import com.minhacarona.runtime.server.ReadinessCheck;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/** A service with one method, unary and as streams, whose behaviour a test sets. */
public final class Echo implements BindableService {
  public static final MethodDescriptor<StringValue, StringValue> METHOD =
      MethodDescriptor.<StringValue, StringValue>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Echo/Say")
          .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .build();

  public static final MethodDescriptor<StringValue, StringValue> STREAM =
      METHOD.toBuilder()
          .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
          .setFullMethodName("test.Echo/Stream")
          .build();

  public static final MethodDescriptor<StringValue, StringValue> CHAT =
      METHOD.toBuilder()
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName("test.Echo/Chat")
          .build();

  private final Behaviour behaviour;

  public interface Behaviour {
    void answer(StringValue request, StreamObserver<StringValue> responses) throws Exception;
  }

  Echo(Behaviour behaviour) {
    this.behaviour = behaviour;
  }

  public static void say(StringValue request, StreamObserver<StringValue> responses) {
    responses.onNext(request);
    responses.onCompleted();
  }

  public static String call(Channel channel, String text) {
    return call(channel, CallOptions.DEFAULT, text);
  }

  public static String call(Channel channel, CallOptions options, String text) {
    return ClientCalls.blockingUnaryCall(channel, METHOD, options, StringValue.of(text)).getValue();
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder("test.Echo")
        .addMethod(METHOD, ServerCalls.asyncUnaryCall(this::answer))
        .addMethod(
            CHAT,
            ServerCalls.asyncBidiStreamingCall(responses ->
                new StreamObserver<>() {
                  @Override
                  public void onNext(StringValue request) {
                    answer(request, new Unended(responses));
                  }

                  @Override
                  public void onError(Throwable t) {}

                  @Override
                  public void onCompleted() {
                    responses.onCompleted();
                  }
                }))
        .addMethod(STREAM, ServerCalls.asyncServerStreamingCall(this::answer))
        .build();
  }

  private void answer(StringValue request, StreamObserver<StringValue> responses) {
    try {
      behaviour.answer(request, responses);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public static Module module(Behaviour behaviour) {
    return module(behaviour, () -> {});
  }

  public static Module module(Behaviour behaviour, ReadinessCheck readiness) {
    return module(behaviour, readiness, Trait.TIMED);
  }

  /** Makes the module with these traits of {@link #METHOD} in place of the usual one. */
  public static Module module(Behaviour behaviour, ReadinessCheck readiness, Trait... traits) {
    return new FeatureModule() {
      @Override
      protected void configure() {
        GrpcServerModule.services(binder()).addBinding().toInstance(new Echo(behaviour));
        method(METHOD, traits);
        method(STREAM);
        method(CHAT);
        GrpcServerModule.readiness(binder()).addBinding().toInstance(readiness);
      }
    };
  }

  /** Ignores the end of one answer, because the conversation goes on. */
  private record Unended(StreamObserver<StringValue> responses)
      implements StreamObserver<StringValue> {
    @Override
    public void onNext(StringValue value) {
      responses.onNext(value);
    }

    @Override
    public void onError(Throwable t) {
      responses.onError(t);
    }

    @Override
    public void onCompleted() {}
  }
}
