package com.minhacarona.runtime.dynamodb;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/** How one attempt of a call to the table failed, and so what is known of its effect. */
enum Trouble {
  /** DynamoDB would not carry it out for want of capacity. It had no effect. */
  THROTTLED,

  /** There was no connection to send it on, or none was free. It had no effect. */
  NOT_SENT,

  /**
   * Nobody knows. The answer was lost or cannot be read, the store failed, or an earlier attempt is
   * still being carried out. It may have an effect, even later.
   */
  NO_ANSWER,

  /** DynamoDB refused it by an error code of its own. It had no effect, and a repeat is in vain. */
  REFUSED;

  private static final int SERVER_ERROR = 500;

  static Trouble of(SdkException failure) {
    return switch (failure) {
      // The SDK takes it for throttling, but it says that an attempt with this token is under way.
      case TransactionInProgressException _ -> NO_ANSWER;
      case SdkServiceException e when e.isThrottlingException() -> THROTTLED;
      case SdkServiceException e when e.statusCode() >= SERVER_ERROR -> NO_ANSWER;
      // A body that was cut off, or a proxy's page: only DynamoDB's own codes say what it did.
      case AwsServiceException e when code(e).isEmpty() -> NO_ANSWER;
      case SdkServiceException _ -> REFUSED;
      case SdkException e when neverConnected(e) -> NOT_SENT;
      default -> NO_ANSWER;
    };
  }

  private static String code(AwsServiceException e) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
        ? ""
        : e.awsErrorDetails().errorCode();
  }

  private static boolean neverConnected(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .anyMatch(cause ->
            cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof ConnectTimeoutException
                || cause instanceof ConnectionRequestTimeoutException);
  }
}
