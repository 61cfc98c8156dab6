package com.minhacarona.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A call that the service refused, with the reason to branch on. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Status.Code code;
  private final transient ErrorInfo errorInfo;
  private final transient Optional<BadRequest> badRequest;
  private final transient Optional<RetryInfo> retryInfo;

  private RefusedException(
      StatusRuntimeException cause, com.google.rpc.Status details, ErrorInfo errorInfo) {
    super(errorInfo.getReason() + ": " + details.getMessage(), cause);
    this.code = cause.getStatus().getCode();
    this.errorInfo = errorInfo;
    this.badRequest = detail(details, BadRequest.class);
    this.retryInfo = detail(details, RetryInfo.class);
  }

  /** The refusal that an error carries, or the error itself when it carries none. */
  static RuntimeException of(StatusRuntimeException e) {
    com.google.rpc.Status details = StatusProto.fromThrowable(e);
    return detail(details, ErrorInfo.class)
        .<RuntimeException>map(errorInfo -> new RefusedException(e, details, errorInfo))
        .orElse(e);
  }

  public Status.Code code() {
    return code;
  }

  /** The reason by its name in the contract, such as {@code VAGAS_INSUFICIENTES}. */
  public String reason() {
    return errorInfo.getReason();
  }

  /** Details of the reason, such as {@code vagas_disponiveis}. */
  public Map<String, String> metadata() {
    return errorInfo.getMetadataMap();
  }

  /** Every field that was wrong; empty unless the code is {@code INVALID_ARGUMENT}. */
  public List<FieldViolation> fieldViolations() {
    return badRequest.map(BadRequest::getFieldViolationsList).orElse(List.of());
  }

  /** How long to wait before the next call; empty when the service did not say. */
  public Optional<Duration> retryDelay() {
    return retryInfo
        .map(RetryInfo::getRetryDelay)
        .map(d -> Duration.ofSeconds(d.getSeconds(), d.getNanos()));
  }

  private static <T extends Message> Optional<T> detail(
      com.google.rpc.Status details, Class<T> type) {
    if (details == null) {
      return Optional.empty();
    }
    for (Any any : details.getDetailsList()) {
      if (any.is(type)) {
        try {
          return Optional.of(any.unpack(type));
        } catch (InvalidProtocolBufferException _) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
