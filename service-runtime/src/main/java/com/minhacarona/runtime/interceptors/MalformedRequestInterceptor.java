package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.BadRequest.FieldViolation;
import com.minhacarona.runtime.call.Errors;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers {@code INVALID_ARGUMENT} to a request that is not exactly one message where one is due,
 * that cannot be decompressed, or that protobuf cannot read, where grpc-java would answer {@code
 * INTERNAL}. The usual cause is a text that is not UTF-8, and then the answer names each such
 * field. For services bound with {@code ServerInterceptors.useInputStreamMessages}.
 */
final class MalformedRequestInterceptor implements ServerInterceptor {

  @Inject
  MalformedRequestInterceptor() {}

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    boolean exactlyOne = call.getMethodDescriptor().getType().clientSendsOneMessage();
    int maxBytes =
        EarlyEnd.current().map(EarlyEnd::maxMessageBytes).orElse(Framing.MAX_MESSAGE_BYTES);
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean heard;

      @Override
      public void onMessage(ReqT message) {
        if (exactlyOne && heard) {
          throw Framing.malformed("must be one message, and not more");
        }
        heard = true;
        InputStream bytes = decompressed((InputStream) message, maxBytes);
        bytes.mark(Integer.MAX_VALUE);
        try {
          super.onMessage(asMessage(bytes));
        } catch (StatusRuntimeException e) {
          if (e.getCause() instanceof InvalidProtocolBufferException malformed) {
            throw Errors.invalidArgument(violations(call, bytes, malformed));
          }
          throw e;
        }
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

  /** The type of messages at this place, of which the compiler knows nothing. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <ReqT> ReqT asMessage(InputStream bytes) {
    return (ReqT) bytes;
  }

  /** Reads a compressed message as a whole, to tell its faults from those of the service. */
  private static InputStream decompressed(InputStream message, int maxBytes) {
    if (message instanceof KnownLength) {
      return message;
    }
    try {
      byte[] bytes = message.readAllBytes();
      if (bytes.length > maxBytes) {
        throw Framing.tooLarge(maxBytes);
      }
      return new ByteArrayInputStream(bytes);
    } catch (StatusRuntimeException e) {
      throw Framing.fault(e.getStatus(), maxBytes).orElse(e);
    } catch (IOException _) {
      throw Framing.notDecompressed();
    }
  }

  private static List<FieldViolation> violations(
      ServerCall<?, ?> call, InputStream bytes, InvalidProtocolBufferException malformed) {
    List<FieldViolation> violations = new ArrayList<>();
    if (call.getMethodDescriptor().getSchemaDescriptor()
        instanceof ProtoMethodDescriptorSupplier schema) {
      try {
        bytes.reset();
        UnknownFieldSet fields = UnknownFieldSet.parseFrom(bytes);
        addTextsNotUtf8(schema.getMethodDescriptor().getInputType(), fields, "", violations);
      } catch (InvalidProtocolBufferException _) {
        // The wire format itself cannot be read, so there is no field to name.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
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
}
