package com.minhacarona.runtime.interceptors;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.BadRequest.FieldViolation;
import com.minhacarona.runtime.call.Errors;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads requests so that one which cannot be read is the caller's fault, by name of the fields that
 * are wrong. gRPC reads a request before it shows it to an interceptor, and answers {@code
 * INTERNAL} to an exception meanwhile. So what cannot be read becomes a {@link Malformed} in the
 * place of a message, up to {@link MalformedRequestInterceptor}.
 */
public final class CheckedRequests<T> implements PrototypeMarshaller<T> {
  private final PrototypeMarshaller<T> usual;
  private final Message prototype;

  private CheckedRequests(PrototypeMarshaller<T> usual, Message prototype) {
    this.usual = usual;
    this.prototype = prototype;
  }

  /** Stands for a request that cannot be read, with the error that its caller gets. */
  record Malformed(StatusRuntimeException error) {}

  /** The same service, whose methods read their requests in this way. */
  public static ServerServiceDefinition of(ServerServiceDefinition service) {
    List<ServerMethodDefinition<?, ?>> methods =
        service.getMethods().stream().<ServerMethodDefinition<?, ?>>map(m -> checked(m)).toList();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName())
            .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder checked = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(checked::addMethod);
    return checked.build();
  }

  private static <ReqT, RespT> ServerMethodDefinition<ReqT, RespT> checked(
      ServerMethodDefinition<ReqT, RespT> method) {
    MethodDescriptor<ReqT, RespT> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder()
            .setRequestMarshaller(checked(descriptor.getRequestMarshaller()))
            .build(),
        method.getServerCallHandler());
  }

  private static <T> Marshaller<T> checked(Marshaller<T> marshaller) {
    if (marshaller instanceof PrototypeMarshaller<T> usual
        && usual.getMessagePrototype() instanceof Message prototype) {
      return new CheckedRequests<>(usual, prototype);
    }
    throw new IllegalArgumentException("requests are protobuf messages");
  }

  @Override
  public T parse(InputStream stream) {
    try {
      byte[] bytes = bytes(stream);
      try {
        return as(prototype.getParserForType().parseFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        return as(new Malformed(Errors.invalidArgument(violations(bytes, e))));
      }
    } catch (StatusRuntimeException e) {
      return as(new Malformed(e));
    }
  }

  /** A compressed message is read as a whole, to tell its faults from those of the service. */
  private static byte[] bytes(InputStream stream) {
    int maxBytes =
        EarlyEnd.current().map(EarlyEnd::maxMessageBytes).orElse(Framing.MAX_MESSAGE_BYTES);
    try {
      byte[] bytes =
          stream instanceof KnownLength
              ? stream.readNBytes(stream.available())
              : stream.readAllBytes();
      if (bytes.length > maxBytes) {
        throw Framing.tooLarge(maxBytes);
      }
      return bytes;
    } catch (StatusRuntimeException e) {
      throw Framing.fault(e.getStatus(), maxBytes).orElse(e);
    } catch (IOException _) {
      throw Framing.notDecompressed();
    }
  }

  /** The type of messages at this place; of a {@link Malformed} the compiler must not know. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T> T as(Object message) {
    return (T) message;
  }

  private List<FieldViolation> violations(byte[] bytes, InvalidProtocolBufferException malformed) {
    List<FieldViolation> violations = new ArrayList<>();
    try {
      addTextsNotUtf8(
          prototype.getDescriptorForType(), UnknownFieldSet.parseFrom(bytes), "", violations);
    } catch (InvalidProtocolBufferException _) {
      // The wire format itself cannot be read, so there is no field to name.
    }
    if (violations.isEmpty()) {
      violations.add(
          FieldViolation.newBuilder()
              .setField("request")
              .setDescription("is not a message of this type: " + malformed.getMessage())
              .build());
    }
    return violations;
  }

  private static void addTextsNotUtf8(
      Descriptor type, UnknownFieldSet fields, String path, List<FieldViolation> violations) {
    fields
        .asMap()
        .forEach((number, values) -> {
          FieldDescriptor field = type.findFieldByNumber(number);
          if (field == null) {
            return;
          }
          for (ByteString value : values.getLengthDelimitedList()) {
            if (field.getType() == FieldDescriptor.Type.STRING && !value.isValidUtf8()) {
              violations.add(
                  FieldViolation.newBuilder()
                      .setField(path + field.getName())
                      .setDescription("must be UTF-8")
                      .build());
            } else if (field.getType() == FieldDescriptor.Type.MESSAGE) {
              addNested(field, value, path + field.getName() + ".", violations);
            }
          }
        });
  }

  private static void addNested(
      FieldDescriptor field, ByteString value, String path, List<FieldViolation> violations) {
    try {
      addTextsNotUtf8(field.getMessageType(), UnknownFieldSet.parseFrom(value), path, violations);
    } catch (InvalidProtocolBufferException _) {
      // The bytes are not a message, so there is no field in it to name.
    }
  }

  @Override
  public InputStream stream(T message) {
    return usual.stream(message);
  }

  @Override
  public Class<T> getMessageClass() {
    return usual.getMessageClass();
  }

  @Override
  public T getMessagePrototype() {
    return usual.getMessagePrototype();
  }
}
