package com.minhacarona.runtime.interceptors;

import com.google.rpc.BadRequest.FieldViolation;
import com.minhacarona.runtime.call.Errors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How requests are framed as messages. A request that is not framed as gRPC says is its caller's
 * fault, where grpc-java speaks of {@code INTERNAL}, {@code UNKNOWN} or {@code RESOURCE_EXHAUSTED}.
 */
public final class Framing {
  /** Of any method: what is larger is a mistake or an attack. Most methods allow less. */
  public static final int MAX_MESSAGE_BYTES = 64 * 1024;

  /** How grpc-java tells of a message over the limit of the server, compressed or not. */
  private static final Set<String> TOO_LARGE =
      Set.of("gRPC message exceeds maximum size", "Decompressed gRPC message exceeds maximum size");

  /** How descriptions of grpc-java 1.83 begin, and what a caller is told. */
  private static final Map<String, String> FAULTS =
      Map.of(
          "Encountered end-of-stream mid-frame", "ends in the middle of a message",
          "gRPC frame header malformed", "has a flag that gRPC does not know",
          "Can't decode compressed gRPC message",
              "is flagged as compressed, and no grpc-encoding says how");

  /** A message that is larger than its method allows. */
  static StatusRuntimeException tooLarge(int maxBytes) {
    return malformed("must have at most %s bytes".formatted(maxBytes));
  }

  /** A request that cannot be read, and why. */
  static StatusRuntimeException malformed(String description) {
    return Errors.invalidArgument(
        List.of(
            FieldViolation.newBuilder().setField("request").setDescription(description).build()));
  }

  /**
   * The error for a caller whose bytes made grpc-java end the call; empty for any other end.
   *
   * @param maxBytes what the method allows
   */
  static Optional<StatusRuntimeException> fault(Status end, int maxBytes) {
    if (end.isOk()) {
      return Optional.empty();
    }
    if (end.getCode() == Status.Code.UNKNOWN
        && end.getCause() != null
        && end.getCause().getCause() instanceof IOException) {
      return Optional.of(notDecompressed());
    }
    String description = end.getDescription() == null ? "" : end.getDescription();
    if (TOO_LARGE.stream().anyMatch(description::startsWith)) {
      return Optional.of(tooLarge(maxBytes));
    }
    return FAULTS.entrySet().stream()
        .filter(fault -> description.startsWith(fault.getKey()))
        .map(fault -> malformed(fault.getValue()))
        .findFirst();
  }

  static StatusRuntimeException notDecompressed() {
    return malformed("cannot be decompressed as grpc-encoding says");
  }

  private Framing() {}
}
