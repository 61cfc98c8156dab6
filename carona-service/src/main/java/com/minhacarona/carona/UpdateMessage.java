package com.minhacarona.carona;

import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateResponse;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.ServerCalls.BidiStreamingMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A message to clients of update streams, serialized once for however many streams send it.
 * Immutable.
 */
final class UpdateMessage {
  static final Marshaller<UpdateMessage> MARSHALLER = new Serialized();

  private final byte[] bytes;

  private UpdateMessage(byte[] bytes) {
    this.bytes = bytes;
  }

  static UpdateMessage of(CaronaUpdateResponse message) {
    return new UpdateMessage(message.toByteArray());
  }

  /**
   * Makes {@code StreamCaronasUpdates} a method whose handler sends these messages. To clients it
   * stays as it is generated.
   */
  static ServerServiceDefinition bind(
      ServerServiceDefinition service,
      BidiStreamingMethod<CaronaUpdateRequest, UpdateMessage> handler) {
    MethodDescriptor<CaronaUpdateRequest, CaronaUpdateResponse> generated =
        CaronaServiceGrpc.getStreamCaronasUpdatesMethod();
    ServerMethodDefinition<CaronaUpdateRequest, UpdateMessage> ours =
        ServerMethodDefinition.create(
            generated.toBuilder(generated.getRequestMarshaller(), MARSHALLER).build(),
            ServerCalls.asyncBidiStreamingCall(handler));
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName())
            .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(ours.getMethodDescriptor());
    service.getMethods().stream()
        .map(ServerMethodDefinition::getMethodDescriptor)
        .filter(method -> method != generated)
        .forEach(descriptor::addMethod);
    ServerServiceDefinition.Builder bound = ServerServiceDefinition.builder(descriptor.build());
    service.getMethods().stream()
        .filter(method -> method.getMethodDescriptor() != generated)
        .forEach(bound::addMethod);
    return bound.addMethod(ours).build();
  }

  /** Hands the bytes on as they are. */
  private static final class Serialized implements Marshaller<UpdateMessage> {
    @Override
    public InputStream stream(UpdateMessage message) {
      return new Bytes(message.bytes);
    }

    @Override
    public UpdateMessage parse(InputStream stream) {
      try {
        return new UpdateMessage(stream.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What gRPC copies in one go, without a buffer of its own in between. */
  private static final class Bytes extends ByteArrayInputStream implements KnownLength, Drainable {
    Bytes(byte[] bytes) {
      super(bytes);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int length = available();
      target.write(buf, pos, length);
      pos += length;
      return length;
    }
  }
}
