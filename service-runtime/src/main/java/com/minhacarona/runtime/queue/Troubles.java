package com.minhacarona.runtime.queue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Tells trouble that passes, or that people mend, from faults of ours. What a message meets by no
 * fault of its own, and every other message would meet too, must not cost the message.
 */
final class Troubles {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  /**
   * Services whose protocol is JSON answer 400 to all of these. Credentials expire and are renewed,
   * a right is granted, a thing that is missing is deployed.
   */
  private static final Set<String> MENDED =
      Set.of(
          "AccessDenied",
          "AccessDeniedException",
          "ExpiredToken",
          "ExpiredTokenException",
          "IncompleteSignature",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "OptInRequired",
          "RequestExpired",
          "ResourceNotFoundException",
          "UnrecognizedClientException");

  /** Whether what a handler threw is trouble; it is a fault of ours otherwise. */
  static boolean isTrouble(Throwable thrown) {
    return switch (thrown) {
      case StatusRuntimeException e -> passes(e.getStatus().getCode());
      case SdkClientException _ -> true;
      case SdkServiceException e -> passes(e);
      default -> false;
    };
  }

  /** The status of an error of {@code runtime.call}; {@code UNKNOWN} of anything else. */
  static Status status(Throwable cause) {
    return cause instanceof StatusRuntimeException e ? e.getStatus() : Status.UNKNOWN;
  }

  private static boolean passes(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE, RESOURCE_EXHAUSTED, ABORTED, DEADLINE_EXCEEDED -> true;
      default -> false;
    };
  }

  private static boolean passes(SdkServiceException e) {
    return e.isThrottlingException()
        || e.isClockSkewException()
        || e.statusCode() >= SERVER_ERROR
        || switch (e.statusCode()) {
          case UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TIMEOUT, TOO_MANY -> true;
          default -> false;
        }
        || mended(e);
  }

  private static boolean mended(SdkServiceException e) {
    if (!(e instanceof AwsServiceException aws)) {
      return false;
    }
    String code = aws.awsErrorDetails() == null ? null : aws.awsErrorDetails().errorCode();
    // Without a code it is a proxy's page, or a body that was cut off. KMS keeps queues and topics.
    return code == null || MENDED.contains(code) || code.startsWith("KMS");
  }

  private Troubles() {}
}
