package com.minhacarona.runtime.call;

import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns exceptions into errors of {@link Errors}. Only this class logs unexpected ones. */
public final class ErrorTranslation {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorTranslation.class);

  /** The error that a caller gets for anything that was thrown. */
  public static StatusRuntimeException of(Throwable thrown) {
    return switch (thrown) {
      case StatusRuntimeException status -> status;
      default -> {
        String traceId = TraceId.current();
        LOG.error("Call failed, trace_id={}", traceId, thrown);
        yield Errors.internal(traceId);
      }
    };
  }

  private ErrorTranslation() {}
}
