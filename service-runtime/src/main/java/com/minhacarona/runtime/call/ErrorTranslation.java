package com.minhacarona.runtime.call;

import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Turns exceptions into errors of {@link Errors}. Only this class logs unexpected ones. */
public final class ErrorTranslation {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorTranslation.class);

  /** The error that a caller gets for anything that was thrown. */
  public static StatusRuntimeException of(Throwable thrown) {
    return switch (thrown) {
      case StatusRuntimeException status -> status;
      case SdkServiceException e when e.isThrottlingException() -> Errors.throttled();
      case SdkException e when Deadlines.passed() -> Errors.deadlineExceeded();
      case SdkClientException e -> unavailable(e);
      case SdkServiceException e when e.statusCode() >= 500 -> unavailable(e);
      default -> {
        String traceId = TraceId.current();
        LOG.error("Call failed, trace_id={}", traceId, thrown);
        yield Errors.internal(traceId);
      }
    };
  }

  private static StatusRuntimeException unavailable(SdkException e) {
    LOG.warn("The store did not answer, trace_id={}: {}", TraceId.current(), e.toString());
    return Errors.unavailable();
  }

  private ErrorTranslation() {}
}
