package com.minhacarona.reserva.notifications;

import com.minhacarona.table.UsuarioItem.Canal;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A provider could not be reached, or would not do its work now. It has neither message nor cause
 * of the SDK's exception, because providers repeat in it the address of the person.
 */
final class ProviderException extends RuntimeException {

  ProviderException(Canal canal, SdkException failure) {
    super("%s: %s".formatted(canal, inWords(failure)));
  }

  /** The provider's own code; empty when the failure is none of the provider's. */
  static String code(SdkException failure) {
    return failure instanceof AwsServiceException e
            && e.awsErrorDetails() != null
            && e.awsErrorDetails().errorCode() != null
        ? e.awsErrorDetails().errorCode()
        : "";
  }

  /** The provider's own words; they may name an address, and are for no log. */
  static String words(SdkException failure) {
    return failure instanceof AwsServiceException e
            && e.awsErrorDetails() != null
            && e.awsErrorDetails().errorMessage() != null
        ? e.awsErrorDetails().errorMessage()
        : "";
  }

  /** What of a failure may be logged. */
  static String inWords(SdkException failure) {
    if (failure instanceof AwsServiceException e) {
      return "status %s, code %s, request %s".formatted(e.statusCode(), code(e), e.requestId());
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return "no answer, %s".formatted(root.getClass().getSimpleName());
  }
}
